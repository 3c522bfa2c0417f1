import { isObject } from "../json";
import { Problems, readJson, type TextRule } from "../programFile";
import type {
  BootstrapPlan,
  DownloadFile,
  DownloadsPlan,
  LocalDirectory,
  Named,
  ProvisionPlan,
} from "./plan";

const ABSOLUTE_PATH: TextRule = { pattern: /^\/\P{Cc}*$/u, what: "an absolute path" };
const WORDS: TextRule = { pattern: /^\P{Cc}+$/u, what: "text in one line" };
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
  const { downloads, bootstrap, terminationMessage } = plan;
  const result: ProvisionPlan = {
    downloads: downloads === undefined ? undefined : readDownloads(downloads, problems),
    bootstrap: bootstrap === undefined ? undefined : readBootstrap(bootstrap, problems),
    terminationMessage:
      terminationMessage === undefined
        ? undefined
        : problems.text(terminationMessage, "terminationMessage", ABSOLUTE_PATH),
  };
  problems.end();
  return result;
}

function readDownloads(value: unknown, problems: Problems): DownloadsPlan {
  const { directory, files, mirror, from, byHand } = isObject(value) ? value : {};
  return {
    ...readNamed(value, "downloads", problems),
    directory: problems.text(directory, "downloads.directory", ABSOLUTE_PATH),
    files: problems
      .list(files, "downloads.files")
      .map((file, i) => readFile(file, `downloads.files[${i}]`, problems)),
    mirror: mirror === undefined ? undefined : problems.url(mirror, "downloads.mirror"),
    from: from === undefined ? undefined : readLocalDirectory(from, problems),
    byHand: problems.text(byHand, "downloads.byHand", WORDS),
  };
}

function readNamed(value: unknown, at: string, problems: Problems): Named {
  const { called, makeRoom } = isObject(value) ? value : {};
  return {
    called: problems.text(called, `${at}.called`, WORDS),
    makeRoom: problems.text(makeRoom, `${at}.makeRoom`, WORDS),
  };
}

function readLocalDirectory(value: unknown, problems: Problems): LocalDirectory {
  const { directory, called } = isObject(value) ? value : {};
  return {
    directory: problems.text(directory, "downloads.from.directory", ABSOLUTE_PATH),
    called: problems.text(called, "downloads.from.called", WORDS),
  };
}

function readFile(value: unknown, at: string, problems: Problems): DownloadFile {
  const { name, sha256, bytes, sources } = isObject(value) ? value : {};
  return {
    name: problems.text(name, `${at}.name`, FILE_NAME),
    sha256: problems.text(sha256, `${at}.sha256`, SHA256),
    bytes: problems.count(bytes, `${at}.bytes`),
    sources: problems
      .list(sources, `${at}.sources`)
      .map((source, i) => problems.url(source, `${at}.sources[${i}]`)),
  };
}

function readBootstrap(value: unknown, problems: Problems): BootstrapPlan {
  const { url, sha256, volume, directory } = isObject(value) ? value : {};
  return {
    ...readNamed(value, "bootstrap", problems),
    url: problems.url(url, "bootstrap.url"),
    sha256: problems.text(sha256, "bootstrap.sha256", SHA256),
    volume: problems.text(volume, "bootstrap.volume", ABSOLUTE_PATH),
    directory: problems.text(directory, "bootstrap.directory", BELOW_VOLUME),
  };
}
