import { readFileSync } from "node:fs";
import { isObject, parseJson } from "../json";
import type { BootstrapPlan, DownloadFile, DownloadsPlan, ProvisionPlan } from "./plan";

/** The plan is missing or wrong. Trying again does not help. */
export class ConfigurationError extends Error {}

/** What a text may be, as a pattern and for people. */
interface TextRule {
  readonly pattern: RegExp;
  readonly what: string;
}

const ABSOLUTE_PATH: TextRule = { pattern: /^\/\P{Cc}*$/u, what: "an absolute path" };
const SHA256: TextRule = { pattern: /^[0-9a-f]{64}$/, what: "64 hex digits in lower case" };
/** The name becomes part of a path and of a URL. */
const FILE_NAME: TextRule = {
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/,
  what: "a file's name: letters, digits, _, - and dots",
};
/** No segment begins with a dot, so none leads out of the volume. */
const BELOW_VOLUME: TextRule = {
  pattern: /^([A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*)?$/,
  what: "a path below the volume, or empty",
};

/** Reads the plan. Throws ConfigurationError where it is missing or wrong, with everything that is wrong. */
export function readPlan(path: string): ProvisionPlan {
  const plan = readJson(path);
  const problems = new Problems(path);
  const { downloads, bootstrap } = plan;
  const result: ProvisionPlan = {
    downloads: downloads === undefined ? undefined : readDownloads(downloads, problems),
    bootstrap: bootstrap === undefined ? undefined : readBootstrap(bootstrap, problems),
  };
  problems.end();
  return result;
}

function readDownloads(value: unknown, problems: Problems): DownloadsPlan {
  const { directory, files, mirror, from } = isObject(value) ? value : {};
  const result: DownloadsPlan = {
    directory: problems.text(directory, "downloads.directory", ABSOLUTE_PATH),
    files: problems
      .list(files, "downloads.files")
      .map((file, i) => readFile(file, `downloads.files[${i}]`, problems)),
    mirror: mirror === undefined ? undefined : problems.url(mirror, "downloads.mirror"),
    from: from === undefined ? undefined : problems.text(from, "downloads.from", ABSOLUTE_PATH),
  };
  const names = result.files.map(({ name }) => name);
  const twice = names.find((name, i) => name !== "" && names.indexOf(name) !== i);
  if (twice !== undefined) problems.add("downloads.files", `names ${twice} twice`);
  return result;
}

function readFile(value: unknown, at: string, problems: Problems): DownloadFile {
  const { name, sha256, bytes, sources } = isObject(value) ? value : {};
  return {
    name: problems.text(name, `${at}.name`, FILE_NAME),
    sha256: problems.text(sha256, `${at}.sha256`, SHA256),
    bytes: problems.size(bytes, `${at}.bytes`),
    sources: problems
      .list(sources, `${at}.sources`)
      .map((source, i) => problems.url(source, `${at}.sources[${i}]`)),
  };
}

function readBootstrap(value: unknown, problems: Problems): BootstrapPlan {
  const { url, sha256, volume, directory } = isObject(value) ? value : {};
  return {
    url: problems.url(url, "bootstrap.url"),
    sha256: problems.text(sha256, "bootstrap.sha256", SHA256),
    volume: problems.text(volume, "bootstrap.volume", ABSOLUTE_PATH),
    directory: problems.text(directory, "bootstrap.directory", BELOW_VOLUME),
  };
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : failure;
    throw new ConfigurationError(`${path} cannot be read by uid ${process.getuid?.() ?? "?"} (${code})`);
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new ConfigurationError(`${path} is not a JSON object`);
  return value;
}

/** Collects what is wrong, and says all of it at once. It never quotes a URL, because one may hold a password. */
class Problems {
  private readonly found: string[] = [];

  constructor(private readonly path: string) {}

  add(at: string, message: string): void {
    this.found.push(`${at} ${message}`);
  }

  end(): void {
    if (this.found.length > 0) throw new ConfigurationError(`${this.path}: ${this.found.join("; ")}`);
  }

  text(value: unknown, at: string, { pattern, what }: TextRule): string {
    if (typeof value === "string" && pattern.test(value)) return value;
    this.add(at, `must be ${what}`);
    return "";
  }

  url(value: unknown, at: string): string {
    if (typeof value === "string" && isHttpUrl(value)) return value;
    this.add(at, "must be a URL that begins with https:// or http://");
    return "";
  }

  size(value: unknown, at: string): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    this.add(at, "must be a number of bytes above 0");
    return 0;
  }

  list(value: unknown, at: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.add(at, "must be a list");
    return [];
  }
}

function isHttpUrl(text: string): boolean {
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}
