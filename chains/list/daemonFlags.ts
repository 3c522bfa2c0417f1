import { hex, quoted, repeated, text, whole } from "../../input/scalar";

/**
 * How komodo's and dPoW's lists write the home directory of the daemon's user; nothing else is replaced
 * (docs/internals/domain.md, the lists of chains).
 */
export const HOME = `\${HOME}`;

/** What no flag's value may hold: it could be read as the start of another line or argument. */
const PLAIN = /^[^\s"'`\\]+$/;
const SWITCH = whole(0, 1).optional();
const COUNT = whole(0, 2 ** 31 - 1).optional();
const AMOUNT = text("an amount of coins such as 0.0001", (written) =>
  /^\d+(\.\d{1,8})?$/.test(written),
).optional();
const WORD = text("a word without spaces or quotes", (written) => PLAIN.test(written)).optional();
const NODES = repeated("a host, or host:port", (node) => /^[A-Za-z0-9.:[\]_-]+$/.test(node)).optional();
const WORDS = repeated("a word without spaces or quotes", (word) => PLAIN.test(word)).optional();
const HOME_RULE = `${HOME}/ and a path, or a name of letters, digits and _`;
const DATADIR = /^(\$\{HOME\}(\/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)+|[A-Za-z0-9_]+)$/;

/**
 * The daemon's flags besides `-ac_*` that a chain's entry may have as keys, as komodo's and dPoW's lists have them.
 * It is a list and not "anything goes", so that a misspelt parameter is found: it would change the
 * chain's magic and port. What is not here goes into the entry's `flags`.
 */
export const daemonFlags = {
  addnode: NODES,
  seednode: NODES,
  connect: NODES,
  whitelist: WORDS,
  whitelistaddress: WORDS,
  onlynet: WORDS,
  externalip: WORD,
  bind: WORD,
  proxy: WORD,
  clientname: WORD,
  blocknotify: text("a command", (written) => written.length > 0 && !/[\n\r\0]/.test(written)).optional(),
  datadir: quoted(HOME_RULE, (written) => DATADIR.test(written)).optional(),
  earlytxid: hex(32).optional(),
  notary: WORD,
  port: whole(1024, 65534).optional(),
  addressindex: SWITCH,
  spentindex: SWITCH,
  timestampindex: SWITCH,
  listen: SWITCH,
  dns: SWITCH,
  dnsseed: SWITCH,
  discover: SWITCH,
  gen: SWITCH,
  exchange: SWITCH,
  testnode: SWITCH,
  nspv: SWITCH,
  disablewallet: SWITCH,
  genproclimit: text("a whole number, -1 for all", (written) =>
    /^(-1|0|[1-9]\d{0,4})$/.test(written),
  ).optional(),
  banscore: COUNT,
  bantime: COUNT,
  checkblocks: COUNT,
  checklevel: COUNT,
  dbcache: COUNT,
  keypool: COUNT,
  maxconnections: COUNT,
  maxreorg: COUNT,
  maxreceivebuffer: COUNT,
  maxsendbuffer: COUNT,
  par: COUNT,
  stopat: COUNT,
  timeout: COUNT,
  rpcthreads: COUNT,
  minrelaytxfee: AMOUNT,
  mintxfee: AMOUNT,
  opretmintxfee: AMOUNT,
  paytxfee: AMOUNT,
  maxtxfee: AMOUNT,
  debug: WORDS,
};
