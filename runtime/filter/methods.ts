/**
 * What a client without an `allow` of its own may call: what reads the chain, the transactions that wait for a block,
 * the fees, the address index, or what the daemon is.
 *
 * None of these spends, changes the daemon, shows the wallet or works for long (docs/internals/domain.md, methods that
 * only read). So `getinfo`, `help`, `coinsupply`, `gettxoutsetinfo` and others that go through all of the chain are left
 * out. `validateaddress` is in: it tells whether an address is the wallet's, but what an address owns is public anyway.
 * `sendrawtransaction` is left out, although it spends nothing of the wallet: it makes the node send what others wrote.
 */
export const DEFAULT_METHODS: readonly string[] = [
  // The chain
  "getbestblockhash",
  "getblock",
  "getblockchaininfo",
  "getblockcount",
  "getblockdeltas",
  "getblockhash",
  "getblockhashes",
  "getblockheader",
  "getblockstats",
  "getblocksubsidy",
  "getchaintips",
  "getchaintxstats",
  "getdifficulty",
  "gettxout",
  "gettxoutproof",
  "verifytxoutproof",
  "z_gettreestate",
  // Notarisations
  "getNotarisationsForBlock",
  "notaries",
  "txnotarizedconfirmed",
  // Transactions, and those that wait for a block
  "decoderawtransaction",
  "decodescript",
  "getmempoolancestors",
  "getmempooldescendants",
  "getmempoolentry",
  "getmempoolinfo",
  "getrawmempool",
  "getrawtransaction",
  // The address index
  "getaddressbalance",
  "getaddressdeltas",
  "getaddressmempool",
  "getaddresstxids",
  "getaddressutxos",
  "getspentinfo",
  // Fees, addresses, the daemon
  "estimatefee",
  "estimatesmartfee",
  "getconnectioncount",
  "getmininginfo",
  "getnettotals",
  "getnetworkhashps",
  "getnetworkinfo",
  "uptime",
  "validateaddress",
  "verifymessage",
];

const SHOWS_A_KEY = "it shows a private or viewing key";
const TAKES_A_SECRET = "it puts a key or a passphrase into the wallet";
const ENDS = "it ends the daemon";
const FILES = "it reads, writes or removes files of the daemon";

/**
 * What no client may ever call, and why (docs/internals/domain.md, methods that reach keys or files). The rule: a method
 * is in here if it shows a private or viewing key, puts a key or a passphrase into the wallet, ends the daemon, or reads,
 * writes or removes files of the daemon at the caller's wish. The calls that spend are not in here: an operator may
 * allow them.
 */
const NEVER: ReadonlyMap<string, string> = new Map([
  ["convertpassphrase", SHOWS_A_KEY],
  ["dumpprivkey", SHOWS_A_KEY],
  ["gatewaysdumpprivkey", SHOWS_A_KEY],
  ["gethdkeys", SHOWS_A_KEY],
  ["listdescriptors", SHOWS_A_KEY],
  ["z_exportkey", SHOWS_A_KEY],
  ["z_exportviewingkey", SHOWS_A_KEY],
  ["z_getencryptionaddress", SHOWS_A_KEY],
  ["z_getpaymentdisclosure", SHOWS_A_KEY],
  ["zcrawkeygen", SHOWS_A_KEY],
  ["encryptwallet", TAKES_A_SECRET],
  ["importdescriptors", TAKES_A_SECRET],
  ["importmulti", TAKES_A_SECRET],
  ["importprivkey", TAKES_A_SECRET],
  ["nspv_login", TAKES_A_SECRET],
  ["openwallet", TAKES_A_SECRET],
  ["sethdseed", TAKES_A_SECRET],
  ["walletpassphrase", TAKES_A_SECRET],
  ["walletpassphrasechange", TAKES_A_SECRET],
  ["z_importkey", TAKES_A_SECRET],
  ["z_importviewingkey", TAKES_A_SECRET],
  ["stop", ENDS],
  ["backupwallet", FILES],
  ["createwallet", FILES],
  ["dumptxoutset", FILES],
  ["dumpwallet", FILES],
  ["genminingCSV", FILES],
  ["importmempool", FILES],
  ["importwallet", FILES],
  ["loadtxoutset", FILES],
  ["loadwallet", FILES],
  ["migratewallet", FILES],
  ["pruneblockchain", FILES],
  ["restorewallet", FILES],
  ["savemempool", FILES],
  ["signdata", FILES],
  ["signfile", FILES],
  ["unloadwallet", FILES],
  ["upgradewallet", FILES],
  ["verifyfile", FILES],
  ["verifysignature", FILES],
  ["z_exportwallet", FILES],
  ["z_importwallet", FILES],
]);

/** Every method that no client may call, in the order of the alphabet. */
export const NEVER_METHODS: readonly string[] = [...NEVER.keys()].sort();

/** The shape of every name of a method, in all of these daemons. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/**
 * Why no client's `allow` may have this method, as the end of a sentence; undefined if it may.
 *
 * @example methodProblem("dumpprivkey") // "is never allowed: it shows a private or viewing key"
 */
export function methodProblem(method: string): string | undefined {
  const why = NEVER.get(method);
  if (why !== undefined) return `is never allowed: ${why}`;
  if (!NAME.test(method)) return "is not the name of a method: letters, digits and _, such as getblockcount";
  return undefined;
}
