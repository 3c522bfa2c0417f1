// Generated from runtime/filter by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

var import_node_fs = require("node:fs");
var import_node_net = require("node:net");

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}

var ConfigurationError = class extends Error {
};
var SYMBOL = { pattern: /^[A-Za-z0-9_-]{1,15}$/, what: "1 to 15 letters, digits, _ or -" };
var RPC_USER = { pattern: /^[^:]+$/, what: "text without a colon" };
var RPC_PASSWORD = { pattern: /^./, what: "text" };
function readJson(path) {
  let text;
  try {
    text = (0, import_node_fs.readFileSync)(path, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : failure;
    throw new ConfigurationError(`${path} cannot be read by uid ${process.getuid?.() ?? "?"} (${code})`);
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new ConfigurationError(`${path} is not a JSON object`);
  return value;
}
var Problems = class {
  constructor(path) {
    this.path = path;
    this.found = [];
  }
  add(at, message) {
    this.found.push(`${at} ${message}`);
  }
  end() {
    if (this.found.length > 0) throw new ConfigurationError(`${this.path}: ${this.found.join("; ")}`);
  }
  text(value, at, { pattern, what }) {
    if (typeof value === "string" && pattern.test(value)) return value;
    this.add(at, `must be ${what}`);
    return "";
  }
  positive(value, at) {
    if (typeof value === "number" && value > 0) return value;
    this.add(at, "must be a number above 0");
    return 0;
  }
  count(value, at) {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    this.add(at, "must be a whole number above 0");
    return 0;
  }
  port(value, at) {
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536) return value;
    this.add(at, "must be a port, 1 to 65535");
    return 0;
  }
  ipv4(value, at) {
    if (typeof value === "string" && (0, import_node_net.isIPv4)(value)) return value;
    this.add(at, "must be an IPv4 address");
    return "";
  }
  list(value, at) {
    if (Array.isArray(value)) return value;
    this.add(at, "must be a list");
    return [];
  }
};

var DEFAULT_METHODS = [
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
  "verifymessage"
];
var SHOWS_A_KEY = "it shows a private or viewing key";
var TAKES_A_SECRET = "it puts a key or a passphrase into the wallet";
var ENDS = "it ends the daemon";
var FILES = "it reads, writes or removes files of the daemon";
var NEVER = /* @__PURE__ */ new Map([
  ["convertpassphrase", SHOWS_A_KEY],
  ["dumpprivkey", SHOWS_A_KEY],
  ["gatewaysdumpprivkey", SHOWS_A_KEY],
  ["z_exportkey", SHOWS_A_KEY],
  ["z_exportviewingkey", SHOWS_A_KEY],
  ["z_getpaymentdisclosure", SHOWS_A_KEY],
  ["zcrawkeygen", SHOWS_A_KEY],
  ["encryptwallet", TAKES_A_SECRET],
  ["importdescriptors", TAKES_A_SECRET],
  ["importmulti", TAKES_A_SECRET],
  ["importprivkey", TAKES_A_SECRET],
  ["nspv_login", TAKES_A_SECRET],
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
  ["importwallet", FILES],
  ["loadwallet", FILES],
  ["pruneblockchain", FILES],
  ["savemempool", FILES],
  ["unloadwallet", FILES],
  ["upgradewallet", FILES],
  ["z_exportwallet", FILES],
  ["z_importwallet", FILES]
]);
var NEVER_METHODS = [...NEVER.keys()].sort();
var NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
function methodProblem(method) {
  const why = NEVER.get(method);
  if (why !== void 0) return `is never allowed: ${why}`;
  if (!NAME.test(method)) return "is not the name of a method: letters, digits and _, such as getblockcount";
  return void 0;
}

var CLIENT = { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, what: "a client's name" };
var METHOD = { pattern: /^./, what: "a method's name" };
function readPlan(path) {
  const { port, clients, chains } = readJson(path);
  const problems = new Problems(path);
  const known = entriesOf(chains, "chains", problems).map(([symbol, chain]) => {
    problems.text(symbol, `chains.${symbol}`, SYMBOL);
    const { rpcPort } = isObject(chain) ? chain : {};
    return [symbol, { rpcPort: problems.port(rpcPort, `chains.${symbol}.rpcPort`) }];
  });
  const symbols = known.map(([symbol]) => symbol);
  const plan = {
    port: problems.port(port, "port"),
    chains: Object.fromEntries(known),
    clients: Object.fromEntries(
      entriesOf(clients, "clients", problems).map(([name, client]) => {
        problems.text(name, `clients.${name}`, CLIENT);
        return [name, readClient(client, `clients.${name}`, symbols, problems)];
      })
    )
  };
  problems.end();
  return plan;
}
function readSecrets(path, plan) {
  const secrets = readJson(path);
  const problems = new Problems(path);
  const credentials = Object.keys(plan.chains).map((symbol) => {
    const given = Object.hasOwn(secrets, symbol) ? secrets[symbol] : void 0;
    const { rpcUser, rpcPassword } = isObject(given) ? given : {};
    return [
      symbol,
      {
        rpcUser: problems.text(rpcUser, `${symbol}.rpcUser`, RPC_USER),
        rpcPassword: problems.text(rpcPassword, `${symbol}.rpcPassword`, RPC_PASSWORD)
      }
    ];
  });
  problems.end();
  return Object.fromEntries(credentials);
}
function readClient(value, at, symbols, problems) {
  const { chains, allow } = isObject(value) ? value : {};
  const called = problems.list(chains, `${at}.chains`).map((symbol, i) => {
    const text = problems.text(symbol, `${at}.chains[${i}]`, SYMBOL);
    if (text !== "" && !symbols.includes(text))
      problems.add(`${at}.chains[${i}]`, `must be one of chains, which are ${symbols.join(", ") || "none"}`);
    return text;
  });
  if (allow === void 0) return { chains: called };
  const methods = problems.list(allow, `${at}.allow`).map((method, i) => {
    const text = problems.text(method, `${at}.allow[${i}]`, METHOD);
    const problem = text === "" ? void 0 : methodProblem(text);
    if (problem !== void 0) problems.add(`${at}.allow[${i}]`, problem);
    return text;
  });
  if (methods.length === 0) problems.add(`${at}.allow`, "must have a method, or be left out");
  return { chains: called, allow: methods };
}
function entriesOf(value, at, problems) {
  if (isObject(value)) return Object.entries(value);
  problems.add(at, "must be an object");
  return [];
}

var import_node_http2 = require("node:http");

function createScanner(text, ignoreTrivia = false) {
  const len = text.length;
  let pos = 0, value = "", tokenOffset = 0, token = 16, lineNumber = 0, lineStartOffset = 0, tokenLineStartOffset = 0, prevTokenLineStartOffset = 0, scanError = 0;
  function scanHexDigits(count, exact) {
    let digits = 0;
    let value2 = 0;
    while (digits < count || !exact) {
      let ch = text.charCodeAt(pos);
      if (ch >= 48 && ch <= 57) {
        value2 = value2 * 16 + ch - 48;
      } else if (ch >= 65 && ch <= 70) {
        value2 = value2 * 16 + ch - 65 + 10;
      } else if (ch >= 97 && ch <= 102) {
        value2 = value2 * 16 + ch - 97 + 10;
      } else {
        break;
      }
      pos++;
      digits++;
    }
    if (digits < count) {
      value2 = -1;
    }
    return value2;
  }
  function setPosition(newPosition) {
    pos = newPosition;
    value = "";
    tokenOffset = 0;
    token = 16;
    scanError = 0;
  }
  function scanNumber() {
    let start = pos;
    if (text.charCodeAt(pos) === 48) {
      pos++;
    } else {
      pos++;
      while (pos < text.length && isDigit(text.charCodeAt(pos))) {
        pos++;
      }
    }
    if (pos < text.length && text.charCodeAt(pos) === 46) {
      pos++;
      if (pos < text.length && isDigit(text.charCodeAt(pos))) {
        pos++;
        while (pos < text.length && isDigit(text.charCodeAt(pos))) {
          pos++;
        }
      } else {
        scanError = 3;
        return text.substring(start, pos);
      }
    }
    let end = pos;
    if (pos < text.length && (text.charCodeAt(pos) === 69 || text.charCodeAt(pos) === 101)) {
      pos++;
      if (pos < text.length && text.charCodeAt(pos) === 43 || text.charCodeAt(pos) === 45) {
        pos++;
      }
      if (pos < text.length && isDigit(text.charCodeAt(pos))) {
        pos++;
        while (pos < text.length && isDigit(text.charCodeAt(pos))) {
          pos++;
        }
        end = pos;
      } else {
        scanError = 3;
      }
    }
    return text.substring(start, end);
  }
  function scanString() {
    let result = "", start = pos;
    while (true) {
      if (pos >= len) {
        result += text.substring(start, pos);
        scanError = 2;
        break;
      }
      const ch = text.charCodeAt(pos);
      if (ch === 34) {
        result += text.substring(start, pos);
        pos++;
        break;
      }
      if (ch === 92) {
        result += text.substring(start, pos);
        pos++;
        if (pos >= len) {
          scanError = 2;
          break;
        }
        const ch2 = text.charCodeAt(pos++);
        switch (ch2) {
          case 34:
            result += '"';
            break;
          case 92:
            result += "\\";
            break;
          case 47:
            result += "/";
            break;
          case 98:
            result += "\b";
            break;
          case 102:
            result += "\f";
            break;
          case 110:
            result += "\n";
            break;
          case 114:
            result += "\r";
            break;
          case 116:
            result += "	";
            break;
          case 117:
            const ch3 = scanHexDigits(4, true);
            if (ch3 >= 0) {
              result += String.fromCharCode(ch3);
            } else {
              scanError = 4;
            }
            break;
          default:
            scanError = 5;
        }
        start = pos;
        continue;
      }
      if (ch >= 0 && ch <= 31) {
        if (isLineBreak(ch)) {
          result += text.substring(start, pos);
          scanError = 2;
          break;
        } else {
          scanError = 6;
        }
      }
      pos++;
    }
    return result;
  }
  function scanNext() {
    value = "";
    scanError = 0;
    tokenOffset = pos;
    lineStartOffset = lineNumber;
    prevTokenLineStartOffset = tokenLineStartOffset;
    if (pos >= len) {
      tokenOffset = len;
      return token = 17;
    }
    let code = text.charCodeAt(pos);
    if (isWhiteSpace(code)) {
      do {
        pos++;
        value += String.fromCharCode(code);
        code = text.charCodeAt(pos);
      } while (isWhiteSpace(code));
      return token = 15;
    }
    if (isLineBreak(code)) {
      pos++;
      value += String.fromCharCode(code);
      if (code === 13 && text.charCodeAt(pos) === 10) {
        pos++;
        value += "\n";
      }
      lineNumber++;
      tokenLineStartOffset = pos;
      return token = 14;
    }
    switch (code) {
      // tokens: []{}:,
      case 123:
        pos++;
        return token = 1;
      case 125:
        pos++;
        return token = 2;
      case 91:
        pos++;
        return token = 3;
      case 93:
        pos++;
        return token = 4;
      case 58:
        pos++;
        return token = 6;
      case 44:
        pos++;
        return token = 5;
      // strings
      case 34:
        pos++;
        value = scanString();
        return token = 10;
      // comments
      case 47:
        const start = pos - 1;
        if (text.charCodeAt(pos + 1) === 47) {
          pos += 2;
          while (pos < len) {
            if (isLineBreak(text.charCodeAt(pos))) {
              break;
            }
            pos++;
          }
          value = text.substring(start, pos);
          return token = 12;
        }
        if (text.charCodeAt(pos + 1) === 42) {
          pos += 2;
          const safeLength = len - 1;
          let commentClosed = false;
          while (pos < safeLength) {
            const ch = text.charCodeAt(pos);
            if (ch === 42 && text.charCodeAt(pos + 1) === 47) {
              pos += 2;
              commentClosed = true;
              break;
            }
            pos++;
            if (isLineBreak(ch)) {
              if (ch === 13 && text.charCodeAt(pos) === 10) {
                pos++;
              }
              lineNumber++;
              tokenLineStartOffset = pos;
            }
          }
          if (!commentClosed) {
            pos++;
            scanError = 1;
          }
          value = text.substring(start, pos);
          return token = 13;
        }
        value += String.fromCharCode(code);
        pos++;
        return token = 16;
      // numbers
      case 45:
        value += String.fromCharCode(code);
        pos++;
        if (pos === len || !isDigit(text.charCodeAt(pos))) {
          return token = 16;
        }
      // found a minus, followed by a number so
      // we fall through to proceed with scanning
      // numbers
      case 48:
      case 49:
      case 50:
      case 51:
      case 52:
      case 53:
      case 54:
      case 55:
      case 56:
      case 57:
        value += scanNumber();
        return token = 11;
      // literals and unknown symbols
      default:
        while (pos < len && isUnknownContentCharacter(code)) {
          pos++;
          code = text.charCodeAt(pos);
        }
        if (tokenOffset !== pos) {
          value = text.substring(tokenOffset, pos);
          switch (value) {
            case "true":
              return token = 8;
            case "false":
              return token = 9;
            case "null":
              return token = 7;
          }
          return token = 16;
        }
        value += String.fromCharCode(code);
        pos++;
        return token = 16;
    }
  }
  function isUnknownContentCharacter(code) {
    if (isWhiteSpace(code) || isLineBreak(code)) {
      return false;
    }
    switch (code) {
      case 125:
      case 93:
      case 123:
      case 91:
      case 34:
      case 58:
      case 44:
      case 47:
        return false;
    }
    return true;
  }
  function scanNextNonTrivia() {
    let result;
    do {
      result = scanNext();
    } while (result >= 12 && result <= 15);
    return result;
  }
  return {
    setPosition,
    getPosition: () => pos,
    scan: ignoreTrivia ? scanNextNonTrivia : scanNext,
    getToken: () => token,
    getTokenValue: () => value,
    getTokenOffset: () => tokenOffset,
    getTokenLength: () => pos - tokenOffset,
    getTokenStartLine: () => lineStartOffset,
    getTokenStartCharacter: () => tokenOffset - prevTokenLineStartOffset,
    getTokenError: () => scanError
  };
}
function isWhiteSpace(ch) {
  return ch === 32 || ch === 9;
}
function isLineBreak(ch) {
  return ch === 10 || ch === 13;
}
function isDigit(ch) {
  return ch >= 48 && ch <= 57;
}
var CharacterCodes;
(function(CharacterCodes2) {
  CharacterCodes2[CharacterCodes2["lineFeed"] = 10] = "lineFeed";
  CharacterCodes2[CharacterCodes2["carriageReturn"] = 13] = "carriageReturn";
  CharacterCodes2[CharacterCodes2["space"] = 32] = "space";
  CharacterCodes2[CharacterCodes2["_0"] = 48] = "_0";
  CharacterCodes2[CharacterCodes2["_1"] = 49] = "_1";
  CharacterCodes2[CharacterCodes2["_2"] = 50] = "_2";
  CharacterCodes2[CharacterCodes2["_3"] = 51] = "_3";
  CharacterCodes2[CharacterCodes2["_4"] = 52] = "_4";
  CharacterCodes2[CharacterCodes2["_5"] = 53] = "_5";
  CharacterCodes2[CharacterCodes2["_6"] = 54] = "_6";
  CharacterCodes2[CharacterCodes2["_7"] = 55] = "_7";
  CharacterCodes2[CharacterCodes2["_8"] = 56] = "_8";
  CharacterCodes2[CharacterCodes2["_9"] = 57] = "_9";
  CharacterCodes2[CharacterCodes2["a"] = 97] = "a";
  CharacterCodes2[CharacterCodes2["b"] = 98] = "b";
  CharacterCodes2[CharacterCodes2["c"] = 99] = "c";
  CharacterCodes2[CharacterCodes2["d"] = 100] = "d";
  CharacterCodes2[CharacterCodes2["e"] = 101] = "e";
  CharacterCodes2[CharacterCodes2["f"] = 102] = "f";
  CharacterCodes2[CharacterCodes2["g"] = 103] = "g";
  CharacterCodes2[CharacterCodes2["h"] = 104] = "h";
  CharacterCodes2[CharacterCodes2["i"] = 105] = "i";
  CharacterCodes2[CharacterCodes2["j"] = 106] = "j";
  CharacterCodes2[CharacterCodes2["k"] = 107] = "k";
  CharacterCodes2[CharacterCodes2["l"] = 108] = "l";
  CharacterCodes2[CharacterCodes2["m"] = 109] = "m";
  CharacterCodes2[CharacterCodes2["n"] = 110] = "n";
  CharacterCodes2[CharacterCodes2["o"] = 111] = "o";
  CharacterCodes2[CharacterCodes2["p"] = 112] = "p";
  CharacterCodes2[CharacterCodes2["q"] = 113] = "q";
  CharacterCodes2[CharacterCodes2["r"] = 114] = "r";
  CharacterCodes2[CharacterCodes2["s"] = 115] = "s";
  CharacterCodes2[CharacterCodes2["t"] = 116] = "t";
  CharacterCodes2[CharacterCodes2["u"] = 117] = "u";
  CharacterCodes2[CharacterCodes2["v"] = 118] = "v";
  CharacterCodes2[CharacterCodes2["w"] = 119] = "w";
  CharacterCodes2[CharacterCodes2["x"] = 120] = "x";
  CharacterCodes2[CharacterCodes2["y"] = 121] = "y";
  CharacterCodes2[CharacterCodes2["z"] = 122] = "z";
  CharacterCodes2[CharacterCodes2["A"] = 65] = "A";
  CharacterCodes2[CharacterCodes2["B"] = 66] = "B";
  CharacterCodes2[CharacterCodes2["C"] = 67] = "C";
  CharacterCodes2[CharacterCodes2["D"] = 68] = "D";
  CharacterCodes2[CharacterCodes2["E"] = 69] = "E";
  CharacterCodes2[CharacterCodes2["F"] = 70] = "F";
  CharacterCodes2[CharacterCodes2["G"] = 71] = "G";
  CharacterCodes2[CharacterCodes2["H"] = 72] = "H";
  CharacterCodes2[CharacterCodes2["I"] = 73] = "I";
  CharacterCodes2[CharacterCodes2["J"] = 74] = "J";
  CharacterCodes2[CharacterCodes2["K"] = 75] = "K";
  CharacterCodes2[CharacterCodes2["L"] = 76] = "L";
  CharacterCodes2[CharacterCodes2["M"] = 77] = "M";
  CharacterCodes2[CharacterCodes2["N"] = 78] = "N";
  CharacterCodes2[CharacterCodes2["O"] = 79] = "O";
  CharacterCodes2[CharacterCodes2["P"] = 80] = "P";
  CharacterCodes2[CharacterCodes2["Q"] = 81] = "Q";
  CharacterCodes2[CharacterCodes2["R"] = 82] = "R";
  CharacterCodes2[CharacterCodes2["S"] = 83] = "S";
  CharacterCodes2[CharacterCodes2["T"] = 84] = "T";
  CharacterCodes2[CharacterCodes2["U"] = 85] = "U";
  CharacterCodes2[CharacterCodes2["V"] = 86] = "V";
  CharacterCodes2[CharacterCodes2["W"] = 87] = "W";
  CharacterCodes2[CharacterCodes2["X"] = 88] = "X";
  CharacterCodes2[CharacterCodes2["Y"] = 89] = "Y";
  CharacterCodes2[CharacterCodes2["Z"] = 90] = "Z";
  CharacterCodes2[CharacterCodes2["asterisk"] = 42] = "asterisk";
  CharacterCodes2[CharacterCodes2["backslash"] = 92] = "backslash";
  CharacterCodes2[CharacterCodes2["closeBrace"] = 125] = "closeBrace";
  CharacterCodes2[CharacterCodes2["closeBracket"] = 93] = "closeBracket";
  CharacterCodes2[CharacterCodes2["colon"] = 58] = "colon";
  CharacterCodes2[CharacterCodes2["comma"] = 44] = "comma";
  CharacterCodes2[CharacterCodes2["dot"] = 46] = "dot";
  CharacterCodes2[CharacterCodes2["doubleQuote"] = 34] = "doubleQuote";
  CharacterCodes2[CharacterCodes2["minus"] = 45] = "minus";
  CharacterCodes2[CharacterCodes2["openBrace"] = 123] = "openBrace";
  CharacterCodes2[CharacterCodes2["openBracket"] = 91] = "openBracket";
  CharacterCodes2[CharacterCodes2["plus"] = 43] = "plus";
  CharacterCodes2[CharacterCodes2["slash"] = 47] = "slash";
  CharacterCodes2[CharacterCodes2["formFeed"] = 12] = "formFeed";
  CharacterCodes2[CharacterCodes2["tab"] = 9] = "tab";
})(CharacterCodes || (CharacterCodes = {}));

var cachedSpaces = new Array(20).fill(0).map((_, index) => {
  return " ".repeat(index);
});
var maxCachedValues = 200;
var cachedBreakLinesWithSpaces = {
  " ": {
    "\n": new Array(maxCachedValues).fill(0).map((_, index) => {
      return "\n" + " ".repeat(index);
    }),
    "\r": new Array(maxCachedValues).fill(0).map((_, index) => {
      return "\r" + " ".repeat(index);
    }),
    "\r\n": new Array(maxCachedValues).fill(0).map((_, index) => {
      return "\r\n" + " ".repeat(index);
    })
  },
  "	": {
    "\n": new Array(maxCachedValues).fill(0).map((_, index) => {
      return "\n" + "	".repeat(index);
    }),
    "\r": new Array(maxCachedValues).fill(0).map((_, index) => {
      return "\r" + "	".repeat(index);
    }),
    "\r\n": new Array(maxCachedValues).fill(0).map((_, index) => {
      return "\r\n" + "	".repeat(index);
    })
  }
};

var ParseOptions;
(function(ParseOptions2) {
  ParseOptions2.DEFAULT = {
    allowTrailingComma: false
  };
})(ParseOptions || (ParseOptions = {}));
function parseTree(text, errors = [], options = ParseOptions.DEFAULT) {
  let currentParent = { type: "array", offset: -1, length: -1, children: [], parent: void 0 };
  function ensurePropertyComplete(endOffset) {
    if (currentParent.type === "property") {
      currentParent.length = endOffset - currentParent.offset;
      currentParent = currentParent.parent;
    }
  }
  function onValue(valueNode) {
    currentParent.children.push(valueNode);
    return valueNode;
  }
  const visitor = {
    onObjectBegin: (offset) => {
      currentParent = onValue({ type: "object", offset, length: -1, parent: currentParent, children: [] });
    },
    onObjectProperty: (name, offset, length) => {
      currentParent = onValue({ type: "property", offset, length: -1, parent: currentParent, children: [] });
      currentParent.children.push({ type: "string", value: name, offset, length, parent: currentParent });
    },
    onObjectEnd: (offset, length) => {
      ensurePropertyComplete(offset + length);
      currentParent.length = offset + length - currentParent.offset;
      currentParent = currentParent.parent;
      ensurePropertyComplete(offset + length);
    },
    onArrayBegin: (offset, length) => {
      currentParent = onValue({ type: "array", offset, length: -1, parent: currentParent, children: [] });
    },
    onArrayEnd: (offset, length) => {
      currentParent.length = offset + length - currentParent.offset;
      currentParent = currentParent.parent;
      ensurePropertyComplete(offset + length);
    },
    onLiteralValue: (value, offset, length) => {
      onValue({ type: getNodeType(value), offset, length, parent: currentParent, value });
      ensurePropertyComplete(offset + length);
    },
    onSeparator: (sep, offset, length) => {
      if (currentParent.type === "property") {
        if (sep === ":") {
          currentParent.colonOffset = offset;
        } else if (sep === ",") {
          ensurePropertyComplete(offset);
        }
      }
    },
    onError: (error, offset, length) => {
      errors.push({ error, offset, length });
    }
  };
  visit(text, visitor, options);
  const result = currentParent.children[0];
  if (result) {
    delete result.parent;
  }
  return result;
}
function visit(text, visitor, options = ParseOptions.DEFAULT) {
  const _scanner = createScanner(text, false);
  const _jsonPath = [];
  let suppressedCallbacks = 0;
  function toNoArgVisit(visitFunction) {
    return visitFunction ? () => suppressedCallbacks === 0 && visitFunction(_scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter()) : () => true;
  }
  function toOneArgVisit(visitFunction) {
    return visitFunction ? (arg) => suppressedCallbacks === 0 && visitFunction(arg, _scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter()) : () => true;
  }
  function toOneArgVisitWithPath(visitFunction) {
    return visitFunction ? (arg) => suppressedCallbacks === 0 && visitFunction(arg, _scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter(), () => _jsonPath.slice()) : () => true;
  }
  function toBeginVisit(visitFunction) {
    return visitFunction ? () => {
      if (suppressedCallbacks > 0) {
        suppressedCallbacks++;
      } else {
        let cbReturn = visitFunction(_scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter(), () => _jsonPath.slice());
        if (cbReturn === false) {
          suppressedCallbacks = 1;
        }
      }
    } : () => true;
  }
  function toEndVisit(visitFunction) {
    return visitFunction ? () => {
      if (suppressedCallbacks > 0) {
        suppressedCallbacks--;
      }
      if (suppressedCallbacks === 0) {
        visitFunction(_scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter());
      }
    } : () => true;
  }
  const onObjectBegin = toBeginVisit(visitor.onObjectBegin), onObjectProperty = toOneArgVisitWithPath(visitor.onObjectProperty), onObjectEnd = toEndVisit(visitor.onObjectEnd), onArrayBegin = toBeginVisit(visitor.onArrayBegin), onArrayEnd = toEndVisit(visitor.onArrayEnd), onLiteralValue = toOneArgVisitWithPath(visitor.onLiteralValue), onSeparator = toOneArgVisit(visitor.onSeparator), onComment = toNoArgVisit(visitor.onComment), onError = toOneArgVisit(visitor.onError);
  const disallowComments = options && options.disallowComments;
  const allowTrailingComma = options && options.allowTrailingComma;
  function scanNext() {
    while (true) {
      const token = _scanner.scan();
      switch (_scanner.getTokenError()) {
        case 4:
          handleError(
            14
            /* ParseErrorCode.InvalidUnicode */
          );
          break;
        case 5:
          handleError(
            15
            /* ParseErrorCode.InvalidEscapeCharacter */
          );
          break;
        case 3:
          handleError(
            13
            /* ParseErrorCode.UnexpectedEndOfNumber */
          );
          break;
        case 1:
          if (!disallowComments) {
            handleError(
              11
              /* ParseErrorCode.UnexpectedEndOfComment */
            );
          }
          break;
        case 2:
          handleError(
            12
            /* ParseErrorCode.UnexpectedEndOfString */
          );
          break;
        case 6:
          handleError(
            16
            /* ParseErrorCode.InvalidCharacter */
          );
          break;
      }
      switch (token) {
        case 12:
        case 13:
          if (disallowComments) {
            handleError(
              10
              /* ParseErrorCode.InvalidCommentToken */
            );
          } else {
            onComment();
          }
          break;
        case 16:
          handleError(
            1
            /* ParseErrorCode.InvalidSymbol */
          );
          break;
        case 15:
        case 14:
          break;
        default:
          return token;
      }
    }
  }
  function handleError(error, skipUntilAfter = [], skipUntil = []) {
    onError(error);
    if (skipUntilAfter.length + skipUntil.length > 0) {
      let token = _scanner.getToken();
      while (token !== 17) {
        if (skipUntilAfter.indexOf(token) !== -1) {
          scanNext();
          break;
        } else if (skipUntil.indexOf(token) !== -1) {
          break;
        }
        token = scanNext();
      }
    }
  }
  function parseString(isValue) {
    const value = _scanner.getTokenValue();
    if (isValue) {
      onLiteralValue(value);
    } else {
      onObjectProperty(value);
      _jsonPath.push(value);
    }
    scanNext();
    return true;
  }
  function parseLiteral() {
    switch (_scanner.getToken()) {
      case 11:
        const tokenValue = _scanner.getTokenValue();
        let value = Number(tokenValue);
        if (isNaN(value)) {
          handleError(
            2
            /* ParseErrorCode.InvalidNumberFormat */
          );
          value = 0;
        }
        onLiteralValue(value);
        break;
      case 7:
        onLiteralValue(null);
        break;
      case 8:
        onLiteralValue(true);
        break;
      case 9:
        onLiteralValue(false);
        break;
      default:
        return false;
    }
    scanNext();
    return true;
  }
  function parseProperty() {
    if (_scanner.getToken() !== 10) {
      handleError(3, [], [
        2,
        5
        /* SyntaxKind.CommaToken */
      ]);
      return false;
    }
    parseString(false);
    if (_scanner.getToken() === 6) {
      onSeparator(":");
      scanNext();
      if (!parseValue()) {
        handleError(4, [], [
          2,
          5
          /* SyntaxKind.CommaToken */
        ]);
      }
    } else {
      handleError(5, [], [
        2,
        5
        /* SyntaxKind.CommaToken */
      ]);
    }
    _jsonPath.pop();
    return true;
  }
  function parseObject() {
    onObjectBegin();
    scanNext();
    let needsComma = false;
    while (_scanner.getToken() !== 2 && _scanner.getToken() !== 17) {
      if (_scanner.getToken() === 5) {
        if (!needsComma) {
          handleError(4, [], []);
        }
        onSeparator(",");
        scanNext();
        if (_scanner.getToken() === 2 && allowTrailingComma) {
          break;
        }
      } else if (needsComma) {
        handleError(6, [], []);
      }
      if (!parseProperty()) {
        handleError(4, [], [
          2,
          5
          /* SyntaxKind.CommaToken */
        ]);
      }
      needsComma = true;
    }
    onObjectEnd();
    if (_scanner.getToken() !== 2) {
      handleError(7, [
        2
        /* SyntaxKind.CloseBraceToken */
      ], []);
    } else {
      scanNext();
    }
    return true;
  }
  function parseArray() {
    onArrayBegin();
    scanNext();
    let isFirstElement = true;
    let needsComma = false;
    while (_scanner.getToken() !== 4 && _scanner.getToken() !== 17) {
      if (_scanner.getToken() === 5) {
        if (!needsComma) {
          handleError(4, [], []);
        }
        onSeparator(",");
        scanNext();
        if (_scanner.getToken() === 4 && allowTrailingComma) {
          break;
        }
      } else if (needsComma) {
        handleError(6, [], []);
      }
      if (isFirstElement) {
        _jsonPath.push(0);
        isFirstElement = false;
      } else {
        _jsonPath[_jsonPath.length - 1]++;
      }
      if (!parseValue()) {
        handleError(4, [], [
          4,
          5
          /* SyntaxKind.CommaToken */
        ]);
      }
      needsComma = true;
    }
    onArrayEnd();
    if (!isFirstElement) {
      _jsonPath.pop();
    }
    if (_scanner.getToken() !== 4) {
      handleError(8, [
        4
        /* SyntaxKind.CloseBracketToken */
      ], []);
    } else {
      scanNext();
    }
    return true;
  }
  function parseValue() {
    switch (_scanner.getToken()) {
      case 3:
        return parseArray();
      case 1:
        return parseObject();
      case 10:
        return parseString(true);
      default:
        return parseLiteral();
    }
  }
  scanNext();
  if (_scanner.getToken() === 17) {
    if (options.allowEmptyContent) {
      return true;
    }
    handleError(4, [], []);
    return false;
  }
  if (!parseValue()) {
    handleError(4, [], []);
    return false;
  }
  if (_scanner.getToken() !== 17) {
    handleError(9, [], []);
  }
  return true;
}
function getNodeType(value) {
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "number":
      return "number";
    case "string":
      return "string";
    case "object": {
      if (!value) {
        return "null";
      } else if (Array.isArray(value)) {
        return "array";
      }
      return "object";
    }
    default:
      return "null";
  }
}

var ScanError;
(function(ScanError2) {
  ScanError2[ScanError2["None"] = 0] = "None";
  ScanError2[ScanError2["UnexpectedEndOfComment"] = 1] = "UnexpectedEndOfComment";
  ScanError2[ScanError2["UnexpectedEndOfString"] = 2] = "UnexpectedEndOfString";
  ScanError2[ScanError2["UnexpectedEndOfNumber"] = 3] = "UnexpectedEndOfNumber";
  ScanError2[ScanError2["InvalidUnicode"] = 4] = "InvalidUnicode";
  ScanError2[ScanError2["InvalidEscapeCharacter"] = 5] = "InvalidEscapeCharacter";
  ScanError2[ScanError2["InvalidCharacter"] = 6] = "InvalidCharacter";
})(ScanError || (ScanError = {}));
var SyntaxKind;
(function(SyntaxKind2) {
  SyntaxKind2[SyntaxKind2["OpenBraceToken"] = 1] = "OpenBraceToken";
  SyntaxKind2[SyntaxKind2["CloseBraceToken"] = 2] = "CloseBraceToken";
  SyntaxKind2[SyntaxKind2["OpenBracketToken"] = 3] = "OpenBracketToken";
  SyntaxKind2[SyntaxKind2["CloseBracketToken"] = 4] = "CloseBracketToken";
  SyntaxKind2[SyntaxKind2["CommaToken"] = 5] = "CommaToken";
  SyntaxKind2[SyntaxKind2["ColonToken"] = 6] = "ColonToken";
  SyntaxKind2[SyntaxKind2["NullKeyword"] = 7] = "NullKeyword";
  SyntaxKind2[SyntaxKind2["TrueKeyword"] = 8] = "TrueKeyword";
  SyntaxKind2[SyntaxKind2["FalseKeyword"] = 9] = "FalseKeyword";
  SyntaxKind2[SyntaxKind2["StringLiteral"] = 10] = "StringLiteral";
  SyntaxKind2[SyntaxKind2["NumericLiteral"] = 11] = "NumericLiteral";
  SyntaxKind2[SyntaxKind2["LineCommentTrivia"] = 12] = "LineCommentTrivia";
  SyntaxKind2[SyntaxKind2["BlockCommentTrivia"] = 13] = "BlockCommentTrivia";
  SyntaxKind2[SyntaxKind2["LineBreakTrivia"] = 14] = "LineBreakTrivia";
  SyntaxKind2[SyntaxKind2["Trivia"] = 15] = "Trivia";
  SyntaxKind2[SyntaxKind2["Unknown"] = 16] = "Unknown";
  SyntaxKind2[SyntaxKind2["EOF"] = 17] = "EOF";
})(SyntaxKind || (SyntaxKind = {}));
var parseTree2 = parseTree;
var ParseErrorCode;
(function(ParseErrorCode2) {
  ParseErrorCode2[ParseErrorCode2["InvalidSymbol"] = 1] = "InvalidSymbol";
  ParseErrorCode2[ParseErrorCode2["InvalidNumberFormat"] = 2] = "InvalidNumberFormat";
  ParseErrorCode2[ParseErrorCode2["PropertyNameExpected"] = 3] = "PropertyNameExpected";
  ParseErrorCode2[ParseErrorCode2["ValueExpected"] = 4] = "ValueExpected";
  ParseErrorCode2[ParseErrorCode2["ColonExpected"] = 5] = "ColonExpected";
  ParseErrorCode2[ParseErrorCode2["CommaExpected"] = 6] = "CommaExpected";
  ParseErrorCode2[ParseErrorCode2["CloseBraceExpected"] = 7] = "CloseBraceExpected";
  ParseErrorCode2[ParseErrorCode2["CloseBracketExpected"] = 8] = "CloseBracketExpected";
  ParseErrorCode2[ParseErrorCode2["EndOfFileExpected"] = 9] = "EndOfFileExpected";
  ParseErrorCode2[ParseErrorCode2["InvalidCommentToken"] = 10] = "InvalidCommentToken";
  ParseErrorCode2[ParseErrorCode2["UnexpectedEndOfComment"] = 11] = "UnexpectedEndOfComment";
  ParseErrorCode2[ParseErrorCode2["UnexpectedEndOfString"] = 12] = "UnexpectedEndOfString";
  ParseErrorCode2[ParseErrorCode2["UnexpectedEndOfNumber"] = 13] = "UnexpectedEndOfNumber";
  ParseErrorCode2[ParseErrorCode2["InvalidUnicode"] = 14] = "InvalidUnicode";
  ParseErrorCode2[ParseErrorCode2["InvalidEscapeCharacter"] = 15] = "InvalidEscapeCharacter";
  ParseErrorCode2[ParseErrorCode2["InvalidCharacter"] = 16] = "InvalidCharacter";
})(ParseErrorCode || (ParseErrorCode = {}));

var JsonNumber = class {
  constructor(digits) {
    this.digits = digits;
  }
};
var NotStrict = class extends Error {
};
var MOST_DEPTH = 64;
var MOST_VALUES = 5e4;
var MARKS = new Set(Buffer.from(",[{"));
var UNPAIRED = new RegExp("\\p{Surrogate}", "u");
function readStrict(bytes) {
  checkNumber(bytes);
  const text = utf8(bytes);
  checkGrammar(text);
  return jsonOf(treeOf(text), text, 1);
}
function writeJson(value) {
  if (value instanceof JsonNumber) return value.digits;
  if (isList(value)) return `[${value.map(writeJson).join()}]`;
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`).join()}}`;
  return JSON.stringify(value);
}
function isList(value) {
  return Array.isArray(value);
}
function checkNumber(bytes) {
  let marks = 0;
  for (const byte of bytes) if (MARKS.has(byte)) marks += 1;
  if (marks > MOST_VALUES) throw new NotStrict(`it has more than ${MOST_VALUES} values`);
}
function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotStrict("it is not UTF-8");
  }
}
function checkGrammar(text) {
  try {
    JSON.parse(text);
  } catch {
    throw new NotStrict(
      "it is not JSON as RFC 8259 has it, without comments, trailing commas or a byte order mark"
    );
  }
}
function treeOf(text) {
  let tree;
  try {
    tree = parseTree2(text, [], { disallowComments: true });
  } catch (failure) {
    if (failure instanceof RangeError) throw tooDeep();
    throw failure;
  }
  if (tree === void 0) throw new NotStrict("it is empty");
  return tree;
}
function jsonOf(node, text, depth) {
  if (depth > MOST_DEPTH) throw tooDeep();
  const { type, offset, length, children = [] } = node;
  switch (type) {
    case "object":
      return objectOf(children, text, depth);
    case "array":
      return children.map((child) => jsonOf(child, text, depth + 1));
    case "string":
      return textOf(node);
    case "number":
      return new JsonNumber(text.slice(offset, offset + length));
    case "boolean":
      return node.value === true;
    case "null":
      return null;
    case "property":
      throw new NotStrict("it has a key where a value must be");
  }
}
function objectOf(properties, text, depth) {
  const members = /* @__PURE__ */ new Map();
  for (const { children: [keyNode, valueNode] = [] } of properties) {
    if (keyNode === void 0 || valueNode === void 0) throw new NotStrict("it has a key without a value");
    const key = textOf(keyNode);
    if (members.has(key)) throw new NotStrict("an object has the same key twice");
    members.set(key, jsonOf(valueNode, text, depth + 1));
  }
  return members;
}
function textOf({ value }) {
  if (typeof value !== "string") throw new NotStrict("it has a text that cannot be read");
  if (value.includes("\0"))
    throw new NotStrict("a text has the character U+0000, where C programs end a text");
  if (UNPAIRED.test(value)) throw new NotStrict("a text has an unpaired surrogate, which is not Unicode");
  return value;
}
function tooDeep() {
  return new NotStrict(`it is nested more than ${MOST_DEPTH} levels deep`);
}

var PARSE_ERROR = -32700;
var INVALID_REQUEST = -32600;
var METHOD_NOT_FOUND = -32601;
var INTERNAL_ERROR = -32603;
var NotARequest = class extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
};
var MOST_CALLS = 1e3;
function readRequest(body) {
  const value = jsonOf2(body);
  if (!isList(value)) return { isBatch: false, calls: [readCall(value)] };
  if (value.length === 0 || value.length > MOST_CALLS)
    throw new NotARequest(INVALID_REQUEST, `a batch must have 1 to ${MOST_CALLS} calls`);
  return { isBatch: true, calls: value.map(readCall) };
}
function writeRequest({ isBatch, calls }) {
  const texts = calls.map(({ json }) => json).join();
  return isBatch ? `[${texts}]` : texts;
}
function errorAnswer(request2, code, messageOf) {
  const answer2 = (id, method) => `{"result":null,"error":${JSON.stringify({ code, message: messageOf(method) })},"id":${id}}`;
  const { isBatch, calls } = request2 ?? { isBatch: false, calls: [{ id: "null", method: "" }] };
  const answers = calls.map(({ id, method }) => answer2(id, method)).join();
  return `${isBatch ? `[${answers}]` : answers}
`;
}
function jsonOf2(body) {
  try {
    return readStrict(body);
  } catch (failure) {
    if (failure instanceof NotStrict)
      throw new NotARequest(PARSE_ERROR, `the body cannot be read: ${failure.message}`);
    throw failure;
  }
}
function readCall(value) {
  if (!isJsonObject(value)) throw invalid("must be an object");
  const id = value.get("id") ?? null;
  const method = value.get("method");
  const params = value.get("params") ?? null;
  const version = value.get("jsonrpc");
  if (typeof method !== "string") throw invalid("must have a method, which is a text");
  if (params !== null && !isList(params) && !isJsonObject(params))
    throw invalid("must have params that are an array or an object, or none");
  if (id !== null && typeof id !== "string" && !(id instanceof JsonNumber))
    throw invalid("must have an id that is a text, a number or null, or none");
  if (version !== void 0 && typeof version !== "string")
    throw invalid("must have a jsonrpc that is a text");
  const sent = /* @__PURE__ */ new Map();
  if (version !== void 0) sent.set("jsonrpc", version);
  if (value.has("id")) sent.set("id", id);
  sent.set("method", method);
  if (params !== null) sent.set("params", params);
  return { method, json: writeJson(sent), id: writeJson(id) };
}
function isJsonObject(value) {
  return value instanceof Map;
}
function invalid(what) {
  return new NotARequest(INVALID_REQUEST, `a call ${what}`);
}

var import_node_http = require("node:http");
var import_node_stream = require("node:stream");
var import_promises = require("node:stream/promises");
var NoAnswer = class extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
};
var MOST_SILENCE_MILLISECONDS = 6e5;
var MOST_ANSWER_BYTES = 256 * 1024 * 1024;
async function forward({ port, credentials }, body, client) {
  const { rpcUser, rpcPassword } = credentials;
  const call = (0, import_node_http.request)({
    host: "127.0.0.1",
    port,
    method: "POST",
    path: "/",
    auth: `${rpcUser}:${rpcPassword}`,
    // Each call has a connection of its own. A kept one may be closed by the other side while a call is on its way.
    agent: false,
    headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
    timeout: MOST_SILENCE_MILLISECONDS
  });
  client.once("close", () => call.destroy());
  const answer2 = await answerOf(call, body);
  const { statusCode = 502, headers } = answer2;
  if (statusCode === 401 || statusCode === 403) {
    answer2.resume();
    throw new NoAnswer(502, `the daemon refuses the filter's user, password or address (HTTP ${statusCode})`);
  }
  for (const name of ["content-type", "content-length"]) {
    const value = headers[name];
    if (value !== void 0) client.setHeader(name, value);
  }
  client.writeHead(statusCode);
  await (0, import_promises.pipeline)(answer2, bounded(), client).catch(() => {
  });
}
function answerOf(call, body) {
  return new Promise((resolve, reject) => {
    call.on("response", resolve);
    call.on("timeout", () => {
      reject(new NoAnswer(504, `the daemon did not answer in ${MOST_SILENCE_MILLISECONDS / 1e3} s`));
      call.destroy();
    });
    call.on("error", () => reject(new NoAnswer(503, "the daemon does not answer; try again later")));
    call.end(body);
  });
}
function bounded() {
  let bytes = 0;
  return new import_node_stream.Transform({
    transform(chunk, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MOST_ANSWER_BYTES) done(new Error("the daemon's answer is too long"));
      else done(null, chunk);
    }
  });
}

var MOST_QUOTED = 40;
var MOST_NAMED = 5;
var Gate = class {
  constructor({ clients }) {
    this.rights = new Map(
      Object.entries(clients).map(([name, { chains, allow = DEFAULT_METHODS }]) => [
        name,
        { chains: new Set(chains), methods: new Set(allow) }
      ])
    );
  }
  judge({ client, httpMethod, path, body }) {
    if (client === void 0 || client === "")
      return refuse(403, INVALID_REQUEST, "a client", "the caller has no client certificate's name");
    const who = `client ${printable(client)}`;
    const rights = this.rights.get(client);
    if (rights === void 0) return refuse(403, INVALID_REQUEST, who, `${who} is not known here`);
    if (httpMethod !== "POST")
      return refuse(
        405,
        INVALID_REQUEST,
        who,
        "JSON-RPC takes POST only, to the path of a chain such as /KMD"
      );
    const symbol = path.slice(1);
    if (!path.startsWith("/") || !rights.chains.has(symbol)) {
      const chains = [...rights.chains].map((chain) => `/${chain}`).join(", ") || "no chain";
      return refuse(
        403,
        INVALID_REQUEST,
        who,
        `${who} may not call ${printable(path)}; it may call ${chains}`
      );
    }
    const request2 = requestOf(body);
    if (request2 instanceof NotARequest)
      return refuse(400, request2.code, `${who} on ${symbol}`, request2.message);
    return judgeMethods(request2, rights.methods, who, symbol);
  }
};
function judgeMethods(request2, methods, who, symbol) {
  const refused = [
    ...new Set(request2.calls.map(({ method }) => method).filter((method) => !methods.has(method)))
  ];
  const [first] = refused;
  if (first === void 0) return { kind: "forward", symbol, request: request2 };
  const may = [...methods].join(", ");
  const answer2 = errorAnswer(
    request2,
    METHOD_NOT_FOUND,
    (method) => methods.has(method) ? `nothing of the batch was done, because ${who} may not call ${printable(first)} on ${symbol}` : `${who} may not call ${printable(method)} on ${symbol}; it may call ${may}`
  );
  const named = refused.slice(0, MOST_NAMED).map(printable).join(", ");
  const more = refused.length > MOST_NAMED ? ` and ${refused.length - MOST_NAMED} more` : "";
  return { kind: "refuse", status: 403, answer: answer2, line: `refused ${who} on ${symbol}: ${named}${more}` };
}
function requestOf(body) {
  try {
    return readRequest(body);
  } catch (failure) {
    if (failure instanceof NotARequest) return failure;
    throw failure;
  }
}
function refuse(status, code, who, message) {
  return {
    kind: "refuse",
    status,
    answer: errorAnswer(void 0, code, () => message),
    line: `refused ${who}: ${message}`
  };
}
function printable(text) {
  const clean = text.slice(0, MOST_QUOTED).replace(/[^\x21-\x7e]/g, "?");
  return text.length > MOST_QUOTED ? `${clean}...` : clean;
}

var CLIENT_HEADER = "x-dokomodo-client";
var MOST_BODY_BYTES = 1024 * 1024;
var MOST_CONNECTIONS = 128;
var IDLE_MILLISECONDS = 12e4;
var HEADERS_MILLISECONDS = 1e4;
var REQUEST_MILLISECONDS = 3e4;
var CHECK_MILLISECONDS = 5e3;
function serve(filter, { requestMilliseconds = REQUEST_MILLISECONDS, checkMilliseconds = CHECK_MILLISECONDS } = {}) {
  const gate = new Gate(filter.plan);
  const server = (0, import_node_http2.createServer)(
    {
      headersTimeout: Math.min(HEADERS_MILLISECONDS, requestMilliseconds),
      requestTimeout: requestMilliseconds,
      connectionsCheckingInterval: checkMilliseconds,
      keepAliveTimeout: IDLE_MILLISECONDS
    },
    (request2, response) => {
      void answer(request2, response, gate, filter).catch((failure) => {
        if (response.destroyed) return;
        filter.log(`failed: ${failure instanceof Error ? failure.message : "unknown"}`);
        sendError(response, 500, INTERNAL_ERROR, "the filter failed; its log says why");
      });
    }
  );
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(filter.plan.port, "127.0.0.1", () => resolve(server));
  });
}
async function answer(request2, response, gate, filter) {
  const { method = "", url = "" } = request2;
  if (method === "GET" && url === "/healthz") return send(response, 200, '{"ok":true}\n');
  const client = clientOf(request2);
  const body = await bodyOf(request2);
  if (body === void 0) {
    const why = `the body must be at most ${MOST_BODY_BYTES / 1024} KiB long`;
    filter.log(`refused client ${printable(client ?? "?")}: ${why}`);
    return sendError(response, 413, INVALID_REQUEST, why);
  }
  const verdict = gate.judge({ client, httpMethod: method, path: url, body });
  if (verdict.kind === "forward") return pass(verdict, client ?? "?", response, filter);
  filter.log(verdict.line);
  if (verdict.status === 405) response.setHeader("Allow", "POST");
  send(response, verdict.status, verdict.answer);
}
async function pass({ symbol, request: request2 }, client, response, { plan, secrets, log: log2 }) {
  const chain = plan.chains[symbol];
  const credentials = secrets[symbol];
  if (chain === void 0 || credentials === void 0) throw new Error(`${symbol} is not in the plan`);
  try {
    await forward({ port: chain.rpcPort, credentials }, writeRequest(request2), response);
  } catch (failure) {
    if (!(failure instanceof NoAnswer)) throw failure;
    if (response.destroyed) return;
    const { status, message } = failure;
    log2(`no answer for client ${printable(client)} on ${symbol}: ${message}`);
    send(
      response,
      status,
      errorAnswer(request2, INTERNAL_ERROR, () => `${symbol}: ${message}`)
    );
  }
}
function clientOf({ headersDistinct }) {
  const [name, ...others] = headersDistinct[CLIENT_HEADER] ?? [];
  return others.length === 0 ? name : void 0;
}
function bodyOf(request2) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let length = 0;
    request2.on("data", (chunk) => {
      length += chunk.length;
      if (length <= MOST_BODY_BYTES) chunks.push(chunk);
      else resolve(void 0);
    });
    request2.on("end", () => resolve(Buffer.concat(chunks)));
    request2.on("error", reject);
    request2.on("close", () => reject(new Error("the client went away")));
  });
}
function sendError(response, status, code, message) {
  send(
    response,
    status,
    errorAnswer(void 0, code, () => message)
  );
}
function send(response, status, text) {
  if (!response.req.complete) response.setHeader("Connection", "close");
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text)
  });
  response.end(text);
}

var USAGE = "usage: node filter.cjs <plan.json> <secrets.json>";
var END_MILLISECONDS = 5e3;
async function main([planPath, secretsPath, ...rest]) {
  if (planPath === void 0 || secretsPath === void 0 || rest.length > 0) fail(64, USAGE);
  const plan = readPlan(planPath);
  const server = await serve({ plan, secrets: readSecrets(secretsPath, plan), log });
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      setTimeout(() => process.exit(0), END_MILLISECONDS);
    });
  log(
    `filter: serves 127.0.0.1:${plan.port}, ${Object.keys(plan.clients).length} clients, ${Object.keys(plan.chains).length} chains`
  );
}
function log(line) {
  process.stdout.write(`${(/* @__PURE__ */ new Date()).toISOString()} ${line}
`);
}
function fail(code, message) {
  process.stderr.write(`filter: ${message}
`);
  process.exit(code);
}
main(process.argv.slice(2)).catch((failure) => {
  const message = failure instanceof Error ? failure.message : String(failure);
  fail(failure instanceof ConfigurationError ? 78 : 1, message);
});
//
// node_modules/jsonc-parser
// The MIT License (MIT)
//
// Copyright (c) Microsoft
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all
// copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.
