import { HOLD_SECONDS, section } from "./configuration";

/** Header with an id that all attempts of one call have. It is removed before the call leaves the proxy. */
const CALL_HEADER = "dokomodo-call";

/** Seconds between attempts of a call whose connection was closed without an answer. */
const PAUSE_SECONDS = 3;

/** A rule for the section that takes a call. It gives the call its id. */
export const CALL = `http-request set-header ${CALL_HEADER} %[uuid()]`;

/**
 * Rules that drop the connection instead of passing on an answer of a daemon that ends and did not do what it was asked,
 * because the proxy's error files are empty (docs/internals/engines.md, an error of the proxy's own). Such a daemon
 * answers 503, and 500 to calls that still wait for a thread. A daemon with too many calls answers 500, too, and does
 * nothing. An answer of the RPC is JSON, also one with 500 (docs/internals/domain.md, a daemon that starts or ends). The
 * section of the caller repeats a call that was dropped.
 */
export const NOT_DONE: readonly string[] = [
  "http-response deny if { status 503 }",
  "http-response deny if { status 500 } !{ res.hdr(content-type) -m beg application/json }",
];

/** The table of calls. It counts the attempts of each call, and keeps the time of the first attempt. */
export const ATTEMPTS = section("backend attempts", [
  `stick-table type string len 36 size 10k expire ${2 * HOLD_SECONDS}s store http_req_cnt,gpt0`,
]);

/**
 * Rules for the section that makes one attempt of a call. They space the attempts of a call, because HAProxy repeats a call at once if its
 * connection was closed without an answer (docs/internals/engines.md, retries). The second attempt is let through at
 * once, because the first may have met a kept connection that was just being closed. From then on every other attempt
 * is held for PAUSE_SECONDS and dropped (docs/internals/engines.md, tarpit and silent-drop). When the call is as old as
 * HOLD_SECONDS, all attempts are dropped at once, so that the call ends. This also keeps a call that took long from
 * being repeated.
 */
export const SPACED: readonly string[] = [
  `timeout tarpit ${PAUSE_SECONDS}s`,
  `http-request track-sc1 req.hdr(${CALL_HEADER}) table attempts if { req.hdr(${CALL_HEADER}) -m found }`,
  `http-request del-header ${CALL_HEADER}`,
  "http-request sc-set-gpt0(1) date() if { sc1_http_req_cnt eq 1 }",
  "http-request set-var(txn.first) sc1_get_gpt0",
  `http-request deny if { sc1_http_req_cnt gt 1 } { date(),sub(txn.first) ge ${HOLD_SECONDS} }`,
  "http-request tarpit if { sc1_http_req_cnt gt 1 } { sc1_http_req_cnt,mod(2) eq 1 }",
  ...NOT_DONE,
];
