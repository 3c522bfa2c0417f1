import { serve } from "../provider";
import { kubernetes } from "./kubernetes";

void serve(kubernetes);
