import { serve } from "../provider";
import { random } from "./random";

void serve(random);
