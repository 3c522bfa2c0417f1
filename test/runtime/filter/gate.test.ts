import { describe, expect, test } from "vitest";
import { writeRequest } from "../../../runtime/filter/calls";
import { Gate, type Verdict } from "../../../runtime/filter/Gate";
import { NEVER_METHODS } from "../../../runtime/filter/methods";

const gate = new Gate({
  port: 1,
  chains: { KMD: { rpcPort: 2 }, BEER: { rpcPort: 3 } },
  clients: {
    wallet: { chains: ["KMD", "BEER"], allow: ["getblockcount", "sendtoaddress"] },
    explorer: { chains: ["BEER"] },
    operator: { chains: ["BEER"], allow: "any" },
  },
});

function judge(body: string | Uint8Array, client: string | undefined = "wallet", path = "/BEER"): Verdict {
  return gate.judge({ client, httpMethod: "POST", path, body: Buffer.from(body) });
}

/** What the daemon gets, or the refusal: its status and its answer. */
function outcome(verdict: Verdict): string | [number, unknown] {
  if (verdict.kind === "forward") return writeRequest(verdict.request);
  return [verdict.status, JSON.parse(verdict.answer)];
}

const refusal = (code: number, message: string, id: unknown = null) => ({
  result: null,
  error: { code, message },
  id,
});
const MAY_NOT = "client wallet may not call dumpprivkey on BEER; it may call getblockcount, sendtoaddress";

test.each<[string, string, string]>([
  ["as it is", '{"method":"getblockcount"}', '{"method":"getblockcount"}'],
  [
    "with what a daemon reads, in one order and without blanks",
    ' { "params" : [ ] ,\r\n"id":"curl", "method":"getblockcount","jsonrpc":"1.0" } ',
    '{"jsonrpc":"1.0","id":"curl","method":"getblockcount","params":[]}',
  ],
  [
    "without what a daemon does not read",
    '{"method":"getblockcount","userpass":"secret","Method":"stop","__proto__":{"method":"stop"}}',
    '{"method":"getblockcount"}',
  ],
  [
    "with every digit",
    '{"id":123456789012345678901,"method":"sendtoaddress","params":["RAddress",21000000.00000001,1E400,-0]}',
    '{"id":123456789012345678901,"method":"sendtoaddress","params":["RAddress",21000000.00000001,1E400,-0]}',
  ],
  [
    "with named params, of which none is special",
    '{"method":"sendtoaddress","params":{"__proto__":{"a":[true,false,null]},"method":"stop","ä€🍺":"\\u00e4"}}',
    '{"method":"sendtoaddress","params":{"__proto__":{"a":[true,false,null]},"method":"stop","ä€🍺":"ä"}}',
  ],
  [
    "without params of null",
    '{"method":"getblockcount","params":null,"id":null}',
    '{"id":null,"method":"getblockcount"}',
  ],
  ["with an escape in its method", '{"m\\u0065thod":"getblock\\u0063ount"}', '{"method":"getblockcount"}'],
  [
    "as a batch",
    '[{"method":"getblockcount","id":1},{"method":"sendtoaddress","id":2}]',
    '[{"id":1,"method":"getblockcount"},{"id":2,"method":"sendtoaddress"}]',
  ],
])("a request is passed on %s", (_name, body, sent) => {
  expect(outcome(judge(body))).toBe(sent);
});

describe("ways around a list of methods", () => {
  // HAProxy's json_query passes the first of these to the daemon, which reads the first key and decodes its escape.
  test.each([
    ['{"m\\u0065thod":"dumpprivkey","method":"getblockcount"}', 400],
    ['{"method":"dumpprivkey","method":"getblockcount"}', 400],
    ['{"method":"getblockcount","method":"dumpprivkey"}', 400],
    ['{"method":"getblockcount","\\u006d\\u0065\\u0074\\u0068\\u006f\\u0064":"dumpprivkey"}', 400],
    ['{"method":"getblockcount","method":"getblockcount"}', 400],
    ['{"method":"getblockcount","params":[{"a":1,"\\u0061":2}]}', 400],
    ['{"method":"getblockcount","params":[],"params":{}}', 400],
    ['{"method":"dumpprivkey"}', 403],
    ['{"method":"\\u0064umpprivkey"}', 403],
    ['{"method":"DUMPPRIVKEY"}', 403],
    ['{"method":"getblockcount "}', 403],
    ['{"method":"getblockcount\\u0000"}', 400],
    ['{"method":"getblockcount\\ud800"}', 400],
    ['{"method\\u0000":"dumpprivkey","method":"getblockcount"}', 400],
    ['{"method":["dumpprivkey"]}', 400],
    ['{"method":{"method":"getblockcount"}}', 400],
    ['{"method":null}', 400],
    ['{"method":1}', 400],
    ['{"__proto__":{"method":"getblockcount"}}', 400],
    ['{"Method":"getblockcount"}', 400],
    ['{"method":"getblockcount","params":"dumpprivkey"}', 400],
    ['{"method":"getblockcount","params":1}', 400],
    ['{"method":"getblockcount","id":{"method":"dumpprivkey"}}', 400],
    ['{"method":"getblockcount","jsonrpc":2.0}', 400],
    ['[{"method":"getblockcount"},{"method":"dumpprivkey"}]', 403],
    ['[{"method":"getblockcount"},[{"method":"getblockcount"}]]', 400],
    ['[[{"method":"dumpprivkey"}]]', 400],
    ['[{"method":"getblockcount"},"dumpprivkey"]', 400],
    ["[]", 400],
    [`[${'{"method":"getblockcount"},'.repeat(1000)}{"method":"getblockcount"}]`, 400],
    ['{"method":"getblockcount"}{"method":"dumpprivkey"}', 400],
    ['{"method":"getblockcount"}\n{"method":"dumpprivkey"}', 400],
    ['{"method":"getblockcount"}\0', 400],
    ['{"method":"getblockcount",}', 400],
    ['[{"method":"getblockcount"},]', 400],
    ['{"method":"getblockcount"/*,"method":"dumpprivkey"*/}', 400],
    ['{"method":"getblockcount"//\n}', 400],
    ["{'method':'getblockcount'}", 400],
    ['{method:"getblockcount"}', 400],
    ['{"method":"getblock\ncount"}', 400],
    ['\ufeff{"method":"getblockcount"}', 400],
    ['{"method":\u00a0"getblockcount"}', 400],
    ['{"method":"getblockcount","params":[01]}', 400],
    ['{"method":"getblockcount","params":[NaN]}', 400],
    ['{"method":"getblockcount","params":[.5,+1,0x10]}', 400],
    [`{"method":"getblockcount","params":${"[".repeat(64)}${"]".repeat(64)}}`, 400],
    [`{"method":"getblockcount","params":${"[".repeat(49_000)}${"]".repeat(49_000)}}`, 400],
    [`{"method":"getblockcount","params":[${"{},".repeat(25_000)}0]}`, 400],
    ["", 400],
    ["null", 400],
    ['"getblockcount"', 400],
    ["method=dumpprivkey", 400],
  ])("%#. %.80s", (body, status) => {
    const verdict = judge(body);
    expect(verdict).toMatchObject({ kind: "refuse", status });
  });

  test.each([
    ["UTF-16", Buffer.from('\ufeff{"method":"getblockcount"}', "utf16le")],
    ["overlong UTF-8", Buffer.from([...Buffer.from('{"method":"getblockcount'), 0xc0, 0x80, 0x22, 0x7d])],
    ["Latin-1", Buffer.from('{"method":"getblockcount","params":["ä"]}', "latin1")],
    ["a surrogate in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ])("%s", (_name, body) => {
    expect(outcome(judge(body))).toEqual([400, refusal(-32700, "the body cannot be read: it is not UTF-8")]);
  });

  test("63 levels of params are not too deep", () => {
    const body = `{"method":"getblockcount","params":${"[".repeat(63)}${"]".repeat(63)}}`;
    expect(outcome(judge(body))).toBe(body);
  });
});

test("what is refused says who may call what, with the call's id", () => {
  expect(outcome(judge('{"id":"a\\"b","method":"dumpprivkey","params":["RAddress"]}'))).toEqual([
    403,
    refusal(-32601, MAY_NOT, 'a"b'),
  ]);
});

test("a batch with one call that is not allowed is refused as a whole, with an answer for each call", () => {
  const body = '[{"id":1,"method":"getblockcount"},{"id":2,"method":"dumpprivkey"},{"method":"stop"}]';
  expect(outcome(judge(body))).toEqual([
    403,
    [
      refusal(
        -32601,
        "nothing of the batch was done, because client wallet may not call dumpprivkey on BEER",
        1,
      ),
      refusal(-32601, MAY_NOT, 2),
      refusal(-32601, "client wallet may not call stop on BEER; it may call getblockcount, sendtoaddress"),
    ],
  ]);
});

test("a client without a list of its own reads, and spends nothing", () => {
  for (const method of ["getblockcount", "getrawtransaction", "getaddressutxos", "estimatefee"])
    expect(judge(`{"method":"${method}"}`, "explorer").kind).toBe("forward");
  for (const method of [
    "sendtoaddress",
    "sendrawtransaction",
    "getbalance",
    "listunspent",
    "stop",
    "setgenerate",
  ])
    expect(judge(`{"method":"${method}"}`, "explorer").kind).toBe("refuse");
});

const PING = '{"method":"getblockcount"}';

test.each<[string, string | undefined, string, string]>([
  ["a chain that is not its own", "explorer", "/KMD", "client explorer may not call /KMD; it may call /BEER"],
  ["a chain that is not there", "wallet", "/LTC", "client wallet may not call /LTC; it may call /KMD, /BEER"],
  ["another spelling", "wallet", "/beer", "client wallet may not call /beer; it may call /KMD, /BEER"],
  ["an escaped path", "wallet", "/BEE%52", "client wallet may not call /BEE%52; it may call /KMD, /BEER"],
  ["more than a path", "wallet", "/BEER?a", "client wallet may not call /BEER?a; it may call /KMD, /BEER"],
  [
    "a wallet's path",
    "wallet",
    "/BEER/wallet/x",
    "client wallet may not call /BEER/wallet/x; it may call /KMD, /BEER",
  ],
  ["no path", "wallet", "*", "client wallet may not call *; it may call /KMD, /BEER"],
  ["no name", undefined, "/BEER", "the caller has no client certificate's name"],
  ["an empty name", "", "/BEER", "the caller has no client certificate's name"],
  ["a name that is not known", "miner", "/BEER", "client miner is not known here"],
  ["two names", "wallet, explorer", "/BEER", "client wallet,?explorer is not known here"],
  ["a property of all objects", "constructor", "/BEER", "client constructor is not known here"],
])("status 403 for %s", (_name, client, path, message) => {
  const verdict = gate.judge({ client, httpMethod: "POST", path, body: Buffer.from(PING) });
  expect(outcome(verdict)).toEqual([403, refusal(-32600, message)]);
});

test("status 405 for another HTTP method than POST", () => {
  expect(
    outcome(gate.judge({ client: "wallet", httpMethod: "GET", path: "/BEER", body: Buffer.of() })),
  ).toEqual([405, refusal(-32600, "JSON-RPC takes POST only, to the path of a chain such as /KMD")]);
});

test("the log names client, chain and methods on one short line, and no params", () => {
  const lineOf = (verdict: Verdict) => (verdict.kind === "refuse" ? verdict.line : "");
  expect(lineOf(judge('{"method":"dumpprivkey","params":["RSecret"]}'))).toBe(
    "refused client wallet on BEER: dumpprivkey",
  );
  expect(lineOf(judge('{"method":"a\\nb\\u001b[31m\\u2028ü"}'))).toBe(
    "refused client wallet on BEER: a?b?[31m??",
  );
  expect(lineOf(judge(`{"method":"${"x".repeat(10_000)}"}`))).toBe(
    `refused client wallet on BEER: ${"x".repeat(40)}...`,
  );
  const many = Array.from({ length: 9 }, (_, i) => `{"method":"m${i}"}`).join();
  expect(lineOf(judge(`[${many}]`))).toBe("refused client wallet on BEER: m0, m1, m2, m3, m4 and 4 more");
  expect(lineOf(judge("{RSecret"))).toBe(
    "refused client wallet on BEER: the body cannot be read: it is not JSON as RFC 8259 has it, without comments, " +
      "trailing commas or a byte order mark",
  );
});

test("an operator may call every method but those that no client may, and names that are none", () => {
  const asked = (method: string) => outcome(judge(JSON.stringify({ method }), "operator"));
  for (const method of ["getblockcount", "sendtoaddress", "getinfo", "generatetoaddress"])
    expect(asked(method)).toBe(JSON.stringify({ method }));
  for (const method of [...NEVER_METHODS, "", "get block", "getblock\u0000"]) {
    expect(asked(method), method).toEqual([expect.any(Number), expect.objectContaining({ result: null })]);
  }
});
