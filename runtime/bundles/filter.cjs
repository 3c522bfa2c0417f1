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
  url(value, at) {
    if (typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
      return value;
    this.add(at, "must be a URL that begins with https:// or http://");
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

var ANY = "any";

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
  if (allow === void 0 || allow === ANY) return { chains: called, allow };
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

var import_jsonc_parser = (() => { var library=(()=>{var G=Object.defineProperty;var Te=Object.getOwnPropertyDescriptor;var ye=Object.getOwnPropertyNames;var we=Object.prototype.hasOwnProperty;var j=(e,r,t)=>()=>{if(t)throw t[0];try{return e&&(r=e(e=0)),r}catch(n){throw t=[n],n}};var Oe=(e,r)=>()=>{try{return r||e((r={exports:{}}).exports,r),r.exports}catch(t){throw r=0,t}},Ae=(e,r)=>{for(var t in r)G(e,t,{get:r[t],enumerable:!0})},Le=(e,r,t,n)=>{if(r&&typeof r=="object"||typeof r=="function")for(let i of ye(r))!we.call(e,i)&&i!==t&&G(e,i,{get:()=>r[i],enumerable:!(n=Te(r,i))||n.enumerable});return e};var ve=e=>Le(G({},"__esModule",{value:!0}),e);function N(e,r=!1){let t=e.length,n=0,i="",f=0,p=16,u=0,l=0,o=0,s=0,k=0;function m(a,d){let h=0,g=0;for(;h<a||!d;){let c=e.charCodeAt(n);if(c>=48&&c<=57)g=g*16+c-48;else if(c>=65&&c<=70)g=g*16+c-65+10;else if(c>=97&&c<=102)g=g*16+c-97+10;else break;n++,h++}return h<a&&(g=-1),g}function T(a){n=a,i="",f=0,p=16,k=0}function O(){let a=n;if(e.charCodeAt(n)===48)n++;else for(n++;n<e.length&&_(e.charCodeAt(n));)n++;if(n<e.length&&e.charCodeAt(n)===46)if(n++,n<e.length&&_(e.charCodeAt(n)))for(n++;n<e.length&&_(e.charCodeAt(n));)n++;else return k=3,e.substring(a,n);let d=n;if(n<e.length&&(e.charCodeAt(n)===69||e.charCodeAt(n)===101))if(n++,(n<e.length&&e.charCodeAt(n)===43||e.charCodeAt(n)===45)&&n++,n<e.length&&_(e.charCodeAt(n))){for(n++;n<e.length&&_(e.charCodeAt(n));)n++;d=n}else k=3;return e.substring(a,d)}function L(){let a="",d=n;for(;;){if(n>=t){a+=e.substring(d,n),k=2;break}let h=e.charCodeAt(n);if(h===34){a+=e.substring(d,n),n++;break}if(h===92){if(a+=e.substring(d,n),n++,n>=t){k=2;break}switch(e.charCodeAt(n++)){case 34:a+='"';break;case 92:a+="\\";break;case 47:a+="/";break;case 98:a+="\b";break;case 102:a+="\f";break;case 110:a+=`
`;break;case 114:a+="\r";break;case 116:a+="	";break;case 117:let c=m(4,!0);c>=0?a+=String.fromCharCode(c):k=4;break;default:k=5}d=n;continue}if(h>=0&&h<=31)if(U(h)){a+=e.substring(d,n),k=2;break}else k=6;n++}return a}function y(){if(i="",k=0,f=n,l=u,s=o,n>=t)return f=t,p=17;let a=e.charCodeAt(n);if(X(a)){do n++,i+=String.fromCharCode(a),a=e.charCodeAt(n);while(X(a));return p=15}if(U(a))return n++,i+=String.fromCharCode(a),a===13&&e.charCodeAt(n)===10&&(n++,i+=`
`),u++,o=n,p=14;switch(a){case 123:return n++,p=1;case 125:return n++,p=2;case 91:return n++,p=3;case 93:return n++,p=4;case 58:return n++,p=6;case 44:return n++,p=5;case 34:return n++,i=L(),p=10;case 47:let d=n-1;if(e.charCodeAt(n+1)===47){for(n+=2;n<t&&!U(e.charCodeAt(n));)n++;return i=e.substring(d,n),p=12}if(e.charCodeAt(n+1)===42){n+=2;let h=t-1,g=!1;for(;n<h;){let c=e.charCodeAt(n);if(c===42&&e.charCodeAt(n+1)===47){n+=2,g=!0;break}n++,U(c)&&(c===13&&e.charCodeAt(n)===10&&n++,u++,o=n)}return g||(n++,k=1),i=e.substring(d,n),p=13}return i+=String.fromCharCode(a),n++,p=16;case 45:if(i+=String.fromCharCode(a),n++,n===t||!_(e.charCodeAt(n)))return p=16;case 48:case 49:case 50:case 51:case 52:case 53:case 54:case 55:case 56:case 57:return i+=O(),p=11;default:for(;n<t&&v(a);)n++,a=e.charCodeAt(n);if(f!==n){switch(i=e.substring(f,n),i){case"true":return p=8;case"false":return p=9;case"null":return p=7}return p=16}return i+=String.fromCharCode(a),n++,p=16}}function v(a){if(X(a)||U(a))return!1;switch(a){case 125:case 93:case 123:case 91:case 34:case 58:case 44:case 47:return!1}return!0}function I(){let a;do a=y();while(a>=12&&a<=15);return a}return{setPosition:T,getPosition:()=>n,scan:r?I:y,getToken:()=>p,getTokenValue:()=>i,getTokenOffset:()=>f,getTokenLength:()=>n-f,getTokenStartLine:()=>l,getTokenStartCharacter:()=>f-s,getTokenError:()=>k}}function X(e){return e===32||e===9}function U(e){return e===10||e===13}function _(e){return e>=48&&e<=57}var le,P=j(()=>{"use strict";(function(e){e[e.lineFeed=10]="lineFeed",e[e.carriageReturn=13]="carriageReturn",e[e.space=32]="space",e[e._0=48]="_0",e[e._1=49]="_1",e[e._2=50]="_2",e[e._3=51]="_3",e[e._4=52]="_4",e[e._5=53]="_5",e[e._6=54]="_6",e[e._7=55]="_7",e[e._8=56]="_8",e[e._9=57]="_9",e[e.a=97]="a",e[e.b=98]="b",e[e.c=99]="c",e[e.d=100]="d",e[e.e=101]="e",e[e.f=102]="f",e[e.g=103]="g",e[e.h=104]="h",e[e.i=105]="i",e[e.j=106]="j",e[e.k=107]="k",e[e.l=108]="l",e[e.m=109]="m",e[e.n=110]="n",e[e.o=111]="o",e[e.p=112]="p",e[e.q=113]="q",e[e.r=114]="r",e[e.s=115]="s",e[e.t=116]="t",e[e.u=117]="u",e[e.v=118]="v",e[e.w=119]="w",e[e.x=120]="x",e[e.y=121]="y",e[e.z=122]="z",e[e.A=65]="A",e[e.B=66]="B",e[e.C=67]="C",e[e.D=68]="D",e[e.E=69]="E",e[e.F=70]="F",e[e.G=71]="G",e[e.H=72]="H",e[e.I=73]="I",e[e.J=74]="J",e[e.K=75]="K",e[e.L=76]="L",e[e.M=77]="M",e[e.N=78]="N",e[e.O=79]="O",e[e.P=80]="P",e[e.Q=81]="Q",e[e.R=82]="R",e[e.S=83]="S",e[e.T=84]="T",e[e.U=85]="U",e[e.V=86]="V",e[e.W=87]="W",e[e.X=88]="X",e[e.Y=89]="Y",e[e.Z=90]="Z",e[e.asterisk=42]="asterisk",e[e.backslash=92]="backslash",e[e.closeBrace=125]="closeBrace",e[e.closeBracket=93]="closeBracket",e[e.colon=58]="colon",e[e.comma=44]="comma",e[e.dot=46]="dot",e[e.doubleQuote=34]="doubleQuote",e[e.minus=45]="minus",e[e.openBrace=123]="openBrace",e[e.openBracket=91]="openBracket",e[e.plus=43]="plus",e[e.slash=47]="slash",e[e.formFeed=12]="formFeed",e[e.tab=9]="tab"})(le||(le={}))});var A,V,Y,fe,oe=j(()=>{A=new Array(20).fill(0).map((e,r)=>" ".repeat(r)),V=200,Y={" ":{"\n":new Array(V).fill(0).map((e,r)=>`
`+" ".repeat(r)),"\r":new Array(V).fill(0).map((e,r)=>"\r"+" ".repeat(r)),"\r\n":new Array(V).fill(0).map((e,r)=>`\r
`+" ".repeat(r))},"	":{"\n":new Array(V).fill(0).map((e,r)=>`
`+"	".repeat(r)),"\r":new Array(V).fill(0).map((e,r)=>"\r"+"	".repeat(r)),"\r\n":new Array(V).fill(0).map((e,r)=>`\r
`+"	".repeat(r))}},fe=[`
`,"\r",`\r
`]});function $(e,r,t){let n,i,f,p,u;if(r){for(p=r.offset,u=p+r.length,f=p;f>0&&!F(e,f-1);)f--;let h=u;for(;h<e.length&&!F(e,h);)h++;i=e.substring(f,h),n=Ne(i,t)}else i=e,n=0,f=0,p=0,u=e.length;let l=Be(t,e),o=fe.includes(l),s=0,k=0,m;t.insertSpaces?m=A[t.tabSize||4]??S(A[1],t.tabSize||4):m="	";let T=m==="	"?"	":" ",O=N(i,!1),L=!1;function y(){if(s>1)return S(l,s)+S(m,n+k);let h=m.length*(n+k);return!o||h>Y[T][l].length?l+S(m,n+k):h<=0?l:Y[T][l][h]}function v(){let h=O.scan();for(s=0;h===15||h===14;)h===14&&t.keepLines?s+=1:h===14&&(s=1),h=O.scan();return L=h===16||O.getTokenError()!==0,h}let I=[];function a(h,g,c){!L&&(!r||g<u&&c>p)&&e.substring(g,c)!==h&&I.push({offset:g,length:c-g,content:h})}let d=v();if(t.keepLines&&s>0&&a(S(l,s),0,0),d!==17){let h=O.getTokenOffset()+f,g=m.length*n<20&&t.insertSpaces?A[m.length*n]:S(m,n);a(g,f,h)}for(;d!==17;){let h=O.getTokenOffset()+O.getTokenLength()+f,g=v(),c="",E=!1;for(;s===0&&(g===12||g===13);){let q=O.getTokenOffset()+f;a(A[1],h,q),h=O.getTokenOffset()+O.getTokenLength()+f,E=g===12,c=E?y():"",g=v()}if(g===2)d!==1&&k--,t.keepLines&&s>0||!t.keepLines&&d!==1?c=y():t.keepLines&&(c=A[1]);else if(g===4)d!==3&&k--,t.keepLines&&s>0||!t.keepLines&&d!==3?c=y():t.keepLines&&(c=A[1]);else{switch(d){case 3:case 1:k++,t.keepLines&&s>0||!t.keepLines?c=y():c=A[1];break;case 5:t.keepLines&&s>0||!t.keepLines?c=y():c=A[1];break;case 12:c=y();break;case 13:s>0?c=y():E||(c=A[1]);break;case 6:t.keepLines&&s>0?c=y():E||(c=A[1]);break;case 10:t.keepLines&&s>0?c=y():g===6&&!E&&(c="");break;case 7:case 8:case 9:case 11:case 2:case 4:t.keepLines&&s>0?c=y():(g===12||g===13)&&!E?c=A[1]:g!==5&&g!==17&&(L=!0);break;case 16:L=!0;break}s>0&&(g===12||g===13)&&(c=y())}g===17&&(t.keepLines&&s>0?c=y():c=t.insertFinalNewline?l:"");let Q=O.getTokenOffset()+f;a(c,h,Q),d=g}return I}function S(e,r){let t="";for(let n=0;n<r;n++)t+=e;return t}function Ne(e,r){let t=0,n=0,i=r.tabSize||4;for(;t<e.length;){let f=e.charAt(t);if(f===A[1])n++;else if(f==="	")n+=i;else break;t++}return Math.floor(n/i)}function Be(e,r){for(let t=0;t<r.length;t++){let n=r.charAt(t);if(n==="\r")return t+1<r.length&&r.charAt(t+1)===`
`?`\r
`:"\r";if(n===`
`)return`
`}return e&&e.eol||`
`}function F(e,r){return`\r
`.indexOf(e.charAt(r))!==-1}var Z=j(()=>{"use strict";P();oe()});function se(e,r){let t=[],n=new Object,i,f={value:{},offset:0,length:0,type:"object",parent:void 0},p=!1;function u(l,o,s,k){f.value=l,f.offset=o,f.length=s,f.type=k,f.colonOffset=void 0,i=f}try{J(e,{onObjectBegin:(l,o)=>{if(r<=l)throw n;i=void 0,p=r>l,t.push("")},onObjectProperty:(l,o,s)=>{if(r<o||(u(l,o,s,"property"),t[t.length-1]=l,r<=o+s))throw n},onObjectEnd:(l,o)=>{if(r<=l)throw n;i=void 0,t.pop()},onArrayBegin:(l,o)=>{if(r<=l)throw n;i=void 0,t.push(0)},onArrayEnd:(l,o)=>{if(r<=l)throw n;i=void 0,t.pop()},onLiteralValue:(l,o,s)=>{if(r<o||(u(l,o,s,pe(l)),r<=o+s))throw n},onSeparator:(l,o,s)=>{if(r<=o)throw n;if(l===":"&&i&&i.type==="property")i.colonOffset=o,p=!1,i=void 0;else if(l===","){let k=t[t.length-1];typeof k=="number"?t[t.length-1]=k+1:(p=!0,t[t.length-1]=""),i=void 0}}})}catch(l){if(l!==n)throw l}return{path:t,previousNode:i,isAtPropertyKey:p,matches:l=>{let o=0;for(let s=0;o<l.length&&s<t.length;s++)if(l[o]===t[s]||l[o]==="*")o++;else if(l[o]!=="**")return!1;return o===l.length}}}function ce(e,r=[],t=x.DEFAULT){let n=null,i=[],f=[];function p(l){Array.isArray(i)?i.push(l):n!==null&&(i[n]=l)}return J(e,{onObjectBegin:()=>{let l={};p(l),f.push(i),i=l,n=null},onObjectProperty:l=>{n=l},onObjectEnd:()=>{i=f.pop()},onArrayBegin:()=>{let l=[];p(l),f.push(i),i=l,n=null},onArrayEnd:()=>{i=f.pop()},onLiteralValue:p,onError:(l,o,s)=>{r.push({error:l,offset:o,length:s})}},t),i[0]}function W(e,r=[],t=x.DEFAULT){let n={type:"array",offset:-1,length:-1,children:[],parent:void 0};function i(l){n.type==="property"&&(n.length=l-n.offset,n=n.parent)}function f(l){return n.children.push(l),l}J(e,{onObjectBegin:l=>{n=f({type:"object",offset:l,length:-1,parent:n,children:[]})},onObjectProperty:(l,o,s)=>{n=f({type:"property",offset:o,length:-1,parent:n,children:[]}),n.children.push({type:"string",value:l,offset:o,length:s,parent:n})},onObjectEnd:(l,o)=>{i(l+o),n.length=l+o-n.offset,n=n.parent,i(l+o)},onArrayBegin:(l,o)=>{n=f({type:"array",offset:l,length:-1,parent:n,children:[]})},onArrayEnd:(l,o)=>{n.length=l+o-n.offset,n=n.parent,i(l+o)},onLiteralValue:(l,o,s)=>{f({type:pe(l),offset:o,length:s,parent:n,value:l}),i(o+s)},onSeparator:(l,o,s)=>{n.type==="property"&&(l===":"?n.colonOffset=o:l===","&&i(o))},onError:(l,o,s)=>{r.push({error:l,offset:o,length:s})}},t);let u=n.children[0];return u&&delete u.parent,u}function D(e,r){if(!e)return;let t=e;for(let n of r)if(typeof n=="string"){if(t.type!=="object"||!Array.isArray(t.children))return;let i=!1;for(let f of t.children)if(Array.isArray(f.children)&&f.children[0].value===n&&f.children.length===2){t=f.children[1],i=!0;break}if(!i)return}else{let i=n;if(t.type!=="array"||i<0||!Array.isArray(t.children)||i>=t.children.length)return;t=t.children[i]}return t}function K(e){if(!e.parent||!e.parent.children)return[];let r=K(e.parent);if(e.parent.type==="property"){let t=e.parent.children[0].value;r.push(t)}else if(e.parent.type==="array"){let t=e.parent.children.indexOf(e);t!==-1&&r.push(t)}return r}function R(e){switch(e.type){case"array":return e.children.map(R);case"object":let r=Object.create(null);for(let t of e.children){let n=t.children[1];n&&(r[t.children[0].value]=R(n))}return r;case"null":case"string":case"number":case"boolean":return e.value;default:return}}function je(e,r,t=!1){return r>=e.offset&&r<e.offset+e.length||t&&r===e.offset+e.length}function C(e,r,t=!1){if(je(e,r,t)){let n=e.children;if(Array.isArray(n))for(let i=0;i<n.length&&n[i].offset<=r;i++){let f=C(n[i],r,t);if(f)return f}return e}}function J(e,r,t=x.DEFAULT){let n=N(e,!1),i=[],f=0;function p(b){return b?()=>f===0&&b(n.getTokenOffset(),n.getTokenLength(),n.getTokenStartLine(),n.getTokenStartCharacter()):()=>!0}function u(b){return b?w=>f===0&&b(w,n.getTokenOffset(),n.getTokenLength(),n.getTokenStartLine(),n.getTokenStartCharacter()):()=>!0}function l(b){return b?w=>f===0&&b(w,n.getTokenOffset(),n.getTokenLength(),n.getTokenStartLine(),n.getTokenStartCharacter(),()=>i.slice()):()=>!0}function o(b){return b?()=>{f>0?f++:b(n.getTokenOffset(),n.getTokenLength(),n.getTokenStartLine(),n.getTokenStartCharacter(),()=>i.slice())===!1&&(f=1)}:()=>!0}function s(b){return b?()=>{f>0&&f--,f===0&&b(n.getTokenOffset(),n.getTokenLength(),n.getTokenStartLine(),n.getTokenStartCharacter())}:()=>!0}let k=o(r.onObjectBegin),m=l(r.onObjectProperty),T=s(r.onObjectEnd),O=o(r.onArrayBegin),L=s(r.onArrayEnd),y=l(r.onLiteralValue),v=u(r.onSeparator),I=p(r.onComment),a=u(r.onError),d=t&&t.disallowComments,h=t&&t.allowTrailingComma;function g(){for(;;){let b=n.scan();switch(n.getTokenError()){case 4:c(14);break;case 5:c(15);break;case 3:c(13);break;case 1:d||c(11);break;case 2:c(12);break;case 6:c(16);break}switch(b){case 12:case 13:d?c(10):I();break;case 16:c(1);break;case 15:case 14:break;default:return b}}}function c(b,w=[],ie=[]){if(a(b),w.length+ie.length>0){let M=n.getToken();for(;M!==17;){if(w.indexOf(M)!==-1){g();break}else if(ie.indexOf(M)!==-1)break;M=g()}}}function E(b){let w=n.getTokenValue();return b?y(w):(m(w),i.push(w)),g(),!0}function Q(){switch(n.getToken()){case 11:let b=n.getTokenValue(),w=Number(b);isNaN(w)&&(c(2),w=0),y(w);break;case 7:y(null);break;case 8:y(!0);break;case 9:y(!1);break;default:return!1}return g(),!0}function q(){return n.getToken()!==10?(c(3,[],[2,5]),!1):(E(!1),n.getToken()===6?(v(":"),g(),H()||c(4,[],[2,5])):c(5,[],[2,5]),i.pop(),!0)}function be(){k(),g();let b=!1;for(;n.getToken()!==2&&n.getToken()!==17;){if(n.getToken()===5){if(b||c(4,[],[]),v(","),g(),n.getToken()===2&&h)break}else b&&c(6,[],[]);q()||c(4,[],[2,5]),b=!0}return T(),n.getToken()!==2?c(7,[2],[]):g(),!0}function de(){O(),g();let b=!0,w=!1;for(;n.getToken()!==4&&n.getToken()!==17;){if(n.getToken()===5){if(w||c(4,[],[]),v(","),g(),n.getToken()===4&&h)break}else w&&c(6,[],[]);b?(i.push(0),b=!1):i[i.length-1]++,H()||c(4,[],[4,5]),w=!0}return L(),b||i.pop(),n.getToken()!==4?c(8,[4],[]):g(),!0}function H(){switch(n.getToken()){case 3:return de();case 1:return be();case 10:return E(!0);default:return Q()}}return g(),n.getToken()===17?t.allowEmptyContent?!0:(c(4,[],[]),!1):H()?(n.getToken()!==17&&c(9,[],[]),!0):(c(4,[],[]),!1)}function ue(e,r){let t=N(e),n=[],i,f=0,p;do switch(p=t.getPosition(),i=t.scan(),i){case 12:case 13:case 17:f!==p&&n.push(e.substring(f,p)),r!==void 0&&n.push(t.getTokenValue().replace(/[^\r\n]/g,r)),f=t.getPosition();break}while(i!==17);return n.join("")}function pe(e){switch(typeof e){case"boolean":return"boolean";case"number":return"number";case"string":return"string";case"object":{if(e){if(Array.isArray(e))return"array"}else return"null";return"object"}default:return"null"}}var x,ee=j(()=>{"use strict";P();(function(e){e.DEFAULT={allowTrailingComma:!1}})(x||(x={}))});function ae(e,r,t,n){let i=r.slice(),p=W(e,[]),u,l;for(;i.length>0&&(l=i.pop(),u=D(p,i),u===void 0&&t!==void 0);)typeof l=="string"?t={[l]:t}:t=[t];if(u)if(u.type==="object"&&typeof l=="string"&&Array.isArray(u.children)){let o=D(u,[l]);if(o!==void 0)if(t===void 0){if(!o.parent)throw new Error("Malformed AST");let s=u.children.indexOf(o.parent),k,m=o.parent.offset+o.parent.length;if(s>0){let T=u.children[s-1];k=T.offset+T.length}else k=u.offset+1,u.children.length>1&&(m=u.children[1].offset);return B(e,{offset:k,length:m-k,content:""},n)}else return B(e,{offset:o.offset,length:o.length,content:JSON.stringify(t)},n);else{if(t===void 0)return[];let s=`${JSON.stringify(l)}: ${JSON.stringify(t)}`,k=n.getInsertionIndex?n.getInsertionIndex(u.children.map(T=>T.children[0].value)):u.children.length,m;if(k>0){let T=u.children[k-1];m={offset:T.offset+T.length,length:0,content:","+s}}else u.children.length===0?m={offset:u.offset+1,length:0,content:s}:m={offset:u.offset+1,length:0,content:s+","};return B(e,m,n)}}else if(u.type==="array"&&typeof l=="number"&&Array.isArray(u.children)){let o=l;if(o===-1){let s=`${JSON.stringify(t)}`,k;if(u.children.length===0)k={offset:u.offset+1,length:0,content:s};else{let m=u.children[u.children.length-1];k={offset:m.offset+m.length,length:0,content:","+s}}return B(e,k,n)}else if(t===void 0&&u.children.length>=0){let s=l,k=u.children[s],m;if(u.children.length===1)m={offset:u.offset+1,length:u.length-2,content:""};else if(u.children.length-1===s){let T=u.children[s-1],O=T.offset+T.length,L=u.offset+u.length;m={offset:O,length:L-2-O,content:""}}else m={offset:k.offset,length:u.children[s+1].offset-k.offset,content:""};return B(e,m,n)}else if(t!==void 0){let s,k=`${JSON.stringify(t)}`;if(!n.isArrayInsertion&&u.children.length>l){let m=u.children[l];s={offset:m.offset,length:m.length,content:k}}else if(u.children.length===0||l===0)s={offset:u.offset+1,length:0,content:u.children.length===0?k:k+","};else{let m=l>u.children.length?u.children.length:l,T=u.children[m-1];s={offset:T.offset+T.length,length:0,content:","+k}}return B(e,s,n)}else throw new Error(`Can not ${t===void 0?"remove":n.isArrayInsertion?"insert":"modify"} Array index ${o} as length is not sufficient`)}else throw new Error(`Can not add ${typeof l!="number"?"index":"property"} to parent of type ${u.type}`);else{if(t===void 0)throw new Error("Can not delete in empty document");return B(e,{offset:p?p.offset:0,length:p?p.length:0,content:JSON.stringify(t)},n)}}function B(e,r,t){if(!t.formattingOptions)return[r];let n=z(e,r),i=r.offset,f=r.offset+r.content.length;if(r.length===0||r.content.length===0){for(;i>0&&!F(n,i-1);)i--;for(;f<n.length&&!F(n,f);)f++}let p=$(n,{offset:i,length:f-i},{...t.formattingOptions,keepLines:!1});for(let l=p.length-1;l>=0;l--){let o=p[l];n=z(n,o),i=Math.min(i,o.offset),f=Math.max(f,o.offset+o.length),f+=o.content.length-o.length}let u=e.length-(n.length-f)-i;return[{offset:i,length:u,content:n.substring(i,f)}]}function z(e,r){return e.substring(0,r.offset)+r.content+e.substring(r.offset+r.length)}var ge=j(()=>{"use strict";Z();ee()});var ke={};Ae(ke,{ParseErrorCode:()=>re,ScanError:()=>ne,SyntaxKind:()=>te,applyEdits:()=>qe,createScanner:()=>Se,findNodeAtLocation:()=>De,findNodeAtOffset:()=>Je,format:()=>ze,getLocation:()=>Ue,getNodePath:()=>Me,getNodeValue:()=>Pe,modify:()=>Qe,parse:()=>Fe,parseTree:()=>xe,printParseErrorCode:()=>We,stripComments:()=>Re,visit:()=>$e});function We(e){switch(e){case 1:return"InvalidSymbol";case 2:return"InvalidNumberFormat";case 3:return"PropertyNameExpected";case 4:return"ValueExpected";case 5:return"ColonExpected";case 6:return"CommaExpected";case 7:return"CloseBraceExpected";case 8:return"CloseBracketExpected";case 9:return"EndOfFileExpected";case 10:return"InvalidCommentToken";case 11:return"UnexpectedEndOfComment";case 12:return"UnexpectedEndOfString";case 13:return"UnexpectedEndOfNumber";case 14:return"InvalidUnicode";case 15:return"InvalidEscapeCharacter";case 16:return"InvalidCharacter"}return"<unknown ParseErrorCode>"}function ze(e,r,t){return $(e,r,t)}function Qe(e,r,t,n){return ae(e,r,t,n)}function qe(e,r){let t=r.slice(0).sort((i,f)=>{let p=i.offset-f.offset;return p===0?i.length-f.length:p}),n=e.length;for(let i=t.length-1;i>=0;i--){let f=t[i];if(f.offset+f.length<=n)e=z(e,f);else throw new Error("Overlapping edit");n=f.offset}return e}var Se,ne,te,Ue,Fe,xe,De,Je,Me,Pe,$e,Re,re,he=j(()=>{"use strict";Z();ge();P();ee();Se=N;(function(e){e[e.None=0]="None",e[e.UnexpectedEndOfComment=1]="UnexpectedEndOfComment",e[e.UnexpectedEndOfString=2]="UnexpectedEndOfString",e[e.UnexpectedEndOfNumber=3]="UnexpectedEndOfNumber",e[e.InvalidUnicode=4]="InvalidUnicode",e[e.InvalidEscapeCharacter=5]="InvalidEscapeCharacter",e[e.InvalidCharacter=6]="InvalidCharacter"})(ne||(ne={}));(function(e){e[e.OpenBraceToken=1]="OpenBraceToken",e[e.CloseBraceToken=2]="CloseBraceToken",e[e.OpenBracketToken=3]="OpenBracketToken",e[e.CloseBracketToken=4]="CloseBracketToken",e[e.CommaToken=5]="CommaToken",e[e.ColonToken=6]="ColonToken",e[e.NullKeyword=7]="NullKeyword",e[e.TrueKeyword=8]="TrueKeyword",e[e.FalseKeyword=9]="FalseKeyword",e[e.StringLiteral=10]="StringLiteral",e[e.NumericLiteral=11]="NumericLiteral",e[e.LineCommentTrivia=12]="LineCommentTrivia",e[e.BlockCommentTrivia=13]="BlockCommentTrivia",e[e.LineBreakTrivia=14]="LineBreakTrivia",e[e.Trivia=15]="Trivia",e[e.Unknown=16]="Unknown",e[e.EOF=17]="EOF"})(te||(te={}));Ue=se,Fe=ce,xe=W,De=D,Je=C,Me=K,Pe=R,$e=J,Re=ue;(function(e){e[e.InvalidSymbol=1]="InvalidSymbol",e[e.InvalidNumberFormat=2]="InvalidNumberFormat",e[e.PropertyNameExpected=3]="PropertyNameExpected",e[e.ValueExpected=4]="ValueExpected",e[e.ColonExpected=5]="ColonExpected",e[e.CommaExpected=6]="CommaExpected",e[e.CloseBraceExpected=7]="CloseBraceExpected",e[e.CloseBracketExpected=8]="CloseBracketExpected",e[e.EndOfFileExpected=9]="EndOfFileExpected",e[e.InvalidCommentToken=10]="InvalidCommentToken",e[e.UnexpectedEndOfComment=11]="UnexpectedEndOfComment",e[e.UnexpectedEndOfString=12]="UnexpectedEndOfString",e[e.UnexpectedEndOfNumber=13]="UnexpectedEndOfNumber",e[e.InvalidUnicode=14]="InvalidUnicode",e[e.InvalidEscapeCharacter=15]="InvalidEscapeCharacter",e[e.InvalidCharacter=16]="InvalidCharacter"})(re||(re={}))});var He=Oe((nn,me)=>{me.exports=(he(),ve(ke))});return He();})(); return library; })();
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
    tree = (0, import_jsonc_parser.parseTree)(text, [], { disallowComments: true });
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
function methodsOf({ allow = DEFAULT_METHODS }) {
  if (allow === ANY) {
    const has = (method) => methodProblem(method) === void 0;
    return {
      has,
      told: "every method that shows no key, takes none, does not end the daemon and reaches no file"
    };
  }
  const methods = new Set(allow);
  return { has: (method) => methods.has(method), told: allow.join(", ") };
}
var Gate = class {
  constructor({ clients }) {
    this.rights = new Map(
      Object.entries(clients).map(([name, client]) => [
        name,
        { chains: new Set(client.chains), methods: methodsOf(client) }
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
  const answer2 = errorAnswer(
    request2,
    METHOD_NOT_FOUND,
    (method) => methods.has(method) ? `nothing of the batch was done, because ${who} may not call ${printable(first)} on ${symbol}` : `${who} may not call ${printable(method)} on ${symbol}; it may call ${methods.told}`
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
