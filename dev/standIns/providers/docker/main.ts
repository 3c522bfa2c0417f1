import { serve } from "../provider";
import { docker } from "./docker";

void serve(docker);
