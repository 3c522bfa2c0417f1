import { serve } from "../provider";
import { tls } from "./tls";

void serve(tls);
