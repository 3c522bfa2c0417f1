import "./program/debug";
import { program } from "./program/program";

/** The stack program. Pulumi runs it on every preview, up and refresh. */
export = program;
