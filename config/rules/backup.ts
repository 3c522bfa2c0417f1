import { suggestion } from "../../input/nearest";
import type { Problem } from "../../input/problem";
import { deployedChains } from "../../notary/placement";
import type { RuleInput } from "../context";
import { resolveBackup } from "../resolve/backup";
import { BACKUP } from "../secrets";

const SET = "pulumi config set --secret --path";

/** Reports a store that a host cannot have, and access that is missing, superfluous or empty. */
export function checkBackup({ settings, secrets, shares, nodes, at }: RuleInput): Problem[] {
  const { backup } = settings;
  const resolved = resolveBackup(settings, secrets);
  if (backup === undefined || resolved === undefined) return [];
  const problems: Problem[] = [];
  const report = (message: string, ...path: string[]) =>
    problems.push({ message, position: at([BACKUP, ...path]) });
  const { store, password } = resolved;
  if (!isUsable(password, secrets))
    report(
      `the password is empty, or ends with a line break; set it with printf %s … | ${SET} '${BACKUP}.password'`,
      "password",
    );
  if (store.kind === "directory") {
    const hosts = nodes.flatMap(({ node }) => deployedChains(node).map(({ host }) => host));
    const without = [...new Set(hosts)].filter((host) => shares.of(host)?.hasDirectories === false).sort();
    if (without.length > 0)
      report(
        `${backup.to} is a directory, and containers on ${without.join(", ")} see none of their host; state a server (sftp:…) or a store (s3:…)`,
        "to",
      );
  }
  const names = nodes.map(({ node }) => node.name);
  for (const name of Object.keys(backup.from).filter((each) => !names.includes(each)))
    report(`no notary and no node is named ${name}${suggestion(name, names)}`, "from", name);
  for (const kind of ["s3", "sftp"] as const) {
    if (store.kind === kind && backup[kind] === undefined)
      report(`${backup.to} needs access: state ${BACKUP}.${kind}`, "to");
    if (store.kind !== kind && backup[kind] !== undefined)
      report(`${backup.to} needs no ${kind}; remove it, or state another place in \`to\``, kind);
  }
  if (store.kind === "s3" && backup.s3 !== undefined && !isUsable(store.key, secrets))
    report(
      `the key is empty, or ends with a line break; set it with printf %s … | ${SET} '${BACKUP}.s3.key'`,
      "s3",
      "key",
    );
  if (
    store.kind === "sftp" &&
    backup.sftp !== undefined &&
    !secrets.areStandIns &&
    !store.privateKey.includes("PRIVATE KEY-----")
  )
    report(
      `this is no private key of OpenSSH; set it with ${SET} '${BACKUP}.sftp.privateKey' < key`,
      "sftp",
      "privateKey",
    );
  return problems;
}

function isUsable(secret: string, { areStandIns }: RuleInput["secrets"]): boolean {
  return areStandIns === true || /^[^\r\n]+$/.test(secret);
}
