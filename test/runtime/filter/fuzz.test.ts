import fc from "fast-check";
import { expect, test } from "vitest";
import { writeRequest } from "../../../runtime/filter/calls";
import { Gate, type Verdict } from "../../../runtime/filter/Gate";
import { callsOf, hasTwice, member, type Read, readAll, seenBy } from "./readers";

const ALLOWED = ["getblockcount", "getblock", "sendrawtransaction"];
const FORBIDDEN = ["dumpprivkey", "stop", "z_exportkey", "getBlockCount", "getblockcount\0", "getblock "];
const gate = new Gate({
  port: 1,
  chains: { BEER: { rpcPort: 2 } },
  clients: { wallet: { chains: ["BEER"], allow: ALLOWED } },
});

function judge(body: Uint8Array): Verdict {
  return gate.judge({ client: "wallet", httpMethod: "POST", path: "/BEER", body });
}

/** fast-check's generator is deterministic. Another seed is another set of bodies. */
const RUNS = { seed: 20_110, numRuns: 10_000 };

/** A text as JSON, with some of its characters written as escapes. */
const literal = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.infiniteStream(fc.nat(5))).map(([value, choices]) => {
    const characters = [...value].map((character) => {
      const code = character.charCodeAt(0).toString(16).padStart(4, "0");
      const { value: choice } = choices.next();
      if (character.length === 1 && choice === 0) return `\\u${code}`;
      if (character.length === 1 && choice === 1) return `\\u${code.toUpperCase()}`;
      return JSON.stringify(character).slice(1, -1);
    });
    return `"${characters.join("")}"`;
  });

const digits = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.tuple(fc.nat(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom("-0", "0.00000001", "21000000.00000000", "1E400", "1e-400", "12345678901234567890.10"),
);
const blank = fc.constantFrom("", "", "", "", " ", "\t", "\r\n");

/** Valid JSON with no key twice, in many spellings. */
const { clean } = fc.letrec<{ clean: string }>((tie) => ({
  clean: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom("null", "true", "false"),
    digits,
    literal(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"))),
    fc.array(tie("clean"), { maxLength: 3 }).map((items) => `[${items.join()}]`),
    fc
      .uniqueArray(fc.constantFrom("method", "params", "__proto__", "txid", ""), { maxLength: 3 })
      .chain((keys) =>
        fc
          .tuple(...keys.map((key) => fc.tuple(literal(fc.constant(key)), blank, tie("clean"))))
          .map((members) => `{${members.map(([key, space, value]) => `${key}${space}:${value}`).join()}}`),
      ),
  ),
}));

/** A valid call of what the client may do: its text, its params as they are written. */
const goodCall = fc
  .record({ method: fc.constantFrom(...ALLOWED), items: fc.array(clean, { maxLength: 3 }) })
  .chain(({ method, items }) =>
    fc
      .tuple(
        literal(fc.constant("method")),
        literal(fc.constant(method)),
        literal(fc.constant("params")),
        fc.oneof(digits, literal(fc.string().filter((text) => !text.includes("\0")))),
        blank,
        fc.boolean(),
      )
      .map(([methodKey, methodText, paramsKey, id, space, methodFirst]) => {
        const members = [
          `${methodKey}:${space}${methodText}`,
          `${paramsKey}${space}:[${items.join()}]`,
          `"id":${id}`,
        ];
        return `{${(methodFirst ? members : members.reverse()).join(`${space},`)}}`;
      }),
  );
const goodBody = fc.oneof(
  goodCall,
  fc.array(goodCall, { minLength: 1, maxLength: 4 }).map((calls) => `[${calls.join()}]`),
);

/** Text that looks like requests, with all that a parser may be lenient about. */
const anyKey = literal(
  fc.constantFrom("method", "method", "method", "params", "id", "jsonrpc", "Method", "method\0", "__proto__"),
);
const anyMethod = literal(fc.constantFrom(...ALLOWED, ...FORBIDDEN));
const junk = fc.constantFrom(
  "",
  "",
  "",
  "",
  "",
  " ",
  "\n",
  ",",
  "/**/",
  "//\n",
  "\u00a0",
  "\ufeff",
  "\0",
  "'",
  ":",
  "}",
);
const { wild } = fc.letrec<{ wild: string }>((tie) => ({
  wild: fc.oneof(
    { maxDepth: 3 },
    anyMethod,
    fc.oneof(digits, fc.constantFrom("01", "+1", "1.", ".5", "NaN", "0x1", "-", "nul", "truefalse")),
    fc.tuple(fc.array(tie("wild"), { maxLength: 3 }), junk).map(([items, end]) => `[${items.join()}${end}]`),
    fc
      .tuple(fc.array(fc.tuple(anyKey, junk, tie("wild")), { maxLength: 4 }), junk)
      .map(
        ([members, end]) =>
          `{${members.map(([key, space, value]) => `${key}${space}:${value}`).join()}${end}}`,
      ),
  ),
}));
/** Members that a call may have beside those of a good one, before or after them. */
const extra = fc
  .tuple(anyKey, fc.oneof(anyMethod, fc.constant("[]"), wild))
  .map(([key, value]) => `${key}:${value}`);
const tampered = fc
  .tuple(goodCall, fc.array(extra, { maxLength: 2 }), fc.array(extra, { maxLength: 2 }))
  .map(([call, before, after]) => `{${[...before, call.slice(1, -1), ...after].join()}}`);
const hostileText = fc.oneof(
  { weight: 4, arbitrary: tampered },
  {
    weight: 2,
    arbitrary: fc.array(fc.oneof(tampered, goodCall, wild), { maxLength: 3 }).map((all) => `[${all.join()}]`),
  },
  { weight: 2, arbitrary: wild },
  { weight: 1, arbitrary: fc.tuple(junk, goodCall, junk).map((parts) => parts.join("")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
/** The same with some bytes changed. */
const hostileBody = fc
  .tuple(hostileText, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(2)), { maxLength: 2 }), fc.boolean())
  .map(([text, changes, change]) => {
    let bytes = [...Buffer.from(text)];
    for (const [where, byte, kind] of change ? changes : []) {
      const at = where % (bytes.length + 1);
      bytes = [
        ...bytes.slice(0, at),
        ...(kind === 0 ? [] : [byte]),
        ...bytes.slice(kind === 2 ? at : at + 1),
      ];
    }
    return Uint8Array.from(bytes);
  });

/** What the daemon gets has methods that are allowed and nothing else, whichever of two equal keys it takes. */
function expectHarmless(body: string): Read {
  const read = readAll(body);
  expect(hasTwice(read)).toBe(false);
  for (const call of callsOf(read)) {
    for (const pick of ["first", "last"] as const) expect(ALLOWED).toContain(member(pick, call, "method"));
    if (call !== null && typeof call === "object" && "pairs" in call)
      for (const [key] of call.pairs) expect(["jsonrpc", "id", "method", "params"]).toContain(key);
  }
  const parsed: unknown = JSON.parse(body);
  for (const call of Array.isArray(parsed) ? parsed : [parsed]) expect(ALLOWED).toContain(call.method);
  return read;
}

test.each([
  ["text that is nearly a request", hostileBody],
  ["any bytes", fc.uint8Array({ maxLength: 200 })],
])(
  "%s is refused, or what the daemon gets is allowed and is what every reader of it sees",
  (_name, bodies) => {
    let forwarded = 0;
    fc.assert(
      fc.property(bodies, (body) => {
        const verdict = judge(body);
        if (verdict.kind === "refuse") return;
        forwarded += 1;
        const sent = expectHarmless(writeRequest(verdict.request));
        const received = readAll(Buffer.from(body).toString("utf8"));
        expect(callsOf(sent)).toHaveLength(callsOf(received).length);
        for (const pick of ["first", "last"] as const)
          for (const [i, call] of callsOf(received).entries())
            for (const key of ["method", "params", "id"] as const) {
              const got = member(pick, callsOf(sent)[i] ?? null, key);
              const meant = member(pick, call, key);
              // Params of null are none.
              if (got === undefined) expect(meant ?? null).toBeNull();
              else expect(seenBy(pick, got)).toEqual(seenBy(pick, meant ?? null));
            }
      }),
      RUNS,
    );
    // The bodies would prove nothing if none of them were accepted.
    if (bodies === hostileBody) expect(forwarded).toBeGreaterThan(RUNS.numRuns / 50);
  },
);

test("every valid request of allowed methods passes, and no value in it changes", () => {
  fc.assert(
    fc.property(goodBody, (text) => {
      const verdict = judge(Buffer.from(text));
      if (verdict.kind === "refuse") throw new Error(verdict.answer);
      const sent = callsOf(expectHarmless(writeRequest(verdict.request)));
      expect(sent.map((call) => seenBy("first", call))).toEqual(
        callsOf(readAll(text)).map((call) => seenBy("first", call)),
      );
    }),
    RUNS,
  );
});
