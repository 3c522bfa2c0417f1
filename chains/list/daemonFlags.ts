import { hex, quoted, repeated, text, whole } from "../../input/scalar";

/**
 * How komodo's and dPoW's lists write the home directory of the daemon's user. No other variable is replaced
 * (docs/internals/domain.md, the lists of chains).
 */
export const HOME = `\${HOME}`;

/** A value without blanks, quotes and backslashes, which could be read as the start of another line or argument. */
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
 * Other keys are refused, so that a misspelt parameter is noticed, which would change the chain's magic and ports. A
 * flag that is not here goes into the entry's `flags`.
 */
export const daemonFlags = {
  addnode: NODES.describe("Nodes to connect to and to stay connected with."),
  seednode: NODES.describe("Nodes to ask once for the addresses of others."),
  connect: NODES.describe("The only nodes to connect to."),
  whitelist: WORDS.describe("IP addresses or networks whose nodes are never banned."),
  whitelistaddress: WORDS.describe(
    "Addresses from which the wallet takes coins beside its own. Where it is absent, it takes them from any.",
  ),
  onlynet: WORDS.describe(
    "The kinds of network to connect over: ipv4, ipv6 or onion. Where it is absent, all count.",
  ),
  externalip: WORD.describe("The node's own public IP address."),
  bind: WORD.describe("The address to listen on for peers. Where it is absent, all addresses count."),
  proxy: WORD.describe("The SOCKS5 proxy through which to connect, as ip:port."),
  clientname: WORD.describe("The name that the node tells its peers."),
  blocknotify: text("a command", (written) => written.length > 0 && !/[\n\r\0]/.test(written))
    .optional()
    .describe(
      "A command to run in the daemon's container at each new block; `%s` in it is the block's hash.",
    ),
  datadir: quoted(HOME_RULE, (written) => DATADIR.test(written))
    .optional()
    .describe(
      `A data directory of its own, for a second chain of one \`ac_name\`. A bare name such as \`old\` is short for \`${HOME}/.komodo/NAME_OLD\`. Where it is absent, it is \`${HOME}/.komodo/NAME\`.`,
    ),
  earlytxid: hex(32)
    .optional()
    .describe(
      "The id of a transaction in one of the chain's first blocks that holds the rest of `ac_script`, or names the gateway to import from.",
    ),
  notary: WORD.describe(
    "For KMD: the conf of the chain that KMD is notarised to, under the daemon's home. komodod checks notarisations there.",
  ),
  port: whole(1024, 65534)
    .optional()
    .describe("The p2p port, in place of the computed one. The RPC port is one more."),
  addressindex: SWITCH.describe("Whether the daemon keeps an index of all addresses."),
  spentindex: SWITCH.describe("Whether the daemon keeps an index of what is spent."),
  timestampindex: SWITCH.describe("Whether the daemon keeps an index of blocks by time."),
  listen: SWITCH.describe("Whether the daemon takes connections of peers."),
  dns: SWITCH.describe("Whether names of nodes are looked up."),
  dnsseed: SWITCH.describe("Whether DNS is asked for peers."),
  discover: SWITCH.describe("Whether the daemon finds out its own addresses."),
  gen: SWITCH.describe("Whether the daemon mines."),
  exchange: SWITCH.describe("Whether the wallet leaves KMD's rewards alone, as exchanges want it."),
  testnode: SWITCH.describe("Whether the daemon mines without peers."),
  disablewallet: SWITCH.describe("Whether the daemon runs without a wallet. A notary's daemons need theirs."),
  genproclimit: text("a whole number, -1 for all", (written) => /^(-1|0|[1-9]\d{0,4})$/.test(written))
    .optional()
    .describe("The number of threads that mine, with `gen`; -1 is one for each core."),
  banscore: COUNT.describe("The score at which a misbehaving peer is banned. Where it is absent, it is 100."),
  bantime: COUNT.describe("How long a peer stays banned, in seconds. Where it is absent, it is 86400."),
  checkblocks: COUNT.describe(
    "How many blocks are checked at the start; 0 is all. Where it is absent, it is 288.",
  ),
  checklevel: COUNT.describe(
    "How thorough the check of blocks at the start is, from 0 to 4. Where it is absent, it is 3.",
  ),
  dbcache: COUNT.describe("The size of the database's cache in MiB. Where it is absent, it is 450."),
  keypool: COUNT.describe("How many keys the wallet makes in advance. Where it is absent, it is 100."),
  maxconnections: COUNT.describe("The most connections to peers. Where it is absent, it is 384."),
  maxreorg: COUNT.describe("The most blocks that a reorganisation may undo. Where it is absent, it is 99."),
  maxreceivebuffer: COUNT.describe(
    "The most memory for what one peer sends, in units of 1000 bytes. Where it is absent, it is 5000.",
  ),
  maxsendbuffer: COUNT.describe(
    "The most memory for what is sent to one peer, in units of 1000 bytes. Where it is absent, it is 1000.",
  ),
  par: COUNT.describe("The number of threads that check scripts; 0 lets the daemon decide."),
  stopat: COUNT.describe("The last block that the daemon takes."),
  timeout: COUNT.describe(
    "How long an attempt to connect to a peer may take, in milliseconds. Where it is absent, it is 5000.",
  ),
  rpcthreads: COUNT.describe("The number of threads that answer RPC calls. Where it is absent, it is 4."),
  minrelaytxfee: AMOUNT.describe(
    "The fee per 1000 bytes below which a transaction is not passed on, in coins.",
  ),
  mintxfee: AMOUNT.describe(
    "The fee per 1000 bytes below which a transaction counts as free when it is made, in coins.",
  ),
  opretmintxfee: AMOUNT.describe(
    "The fee per 1000 bytes below which the miner leaves out transactions with much data, in coins.",
  ),
  paytxfee: AMOUNT.describe("The fee per 1000 bytes that the wallet pays, in coins."),
  maxtxfee: AMOUNT.describe("The most that the wallet pays for one transaction, in coins."),
  debug: WORDS.describe("Categories of debug messages to write, such as net or rpc; 1 is all."),
};
