import { HOLD_SECONDS, section } from "./configuration";

/** Header that names one call in all its attempts. No daemon sees it. */
const CALL_HEADER = "dokomodo-call";

/** Seconds between attempts of a call that was answered by nothing. */
const PAUSE_SECONDS = 3;

/** For the section that takes a call: what its attempts have in common. */
export const CALL = `http-request set-header ${CALL_HEADER} %[uuid()]`;

/** A 503 is no answer, whoever gives it. The connection is dropped, which a proxy before this one takes for an empty answer. */
export const NO_503 = "http-response deny if { status 503 }";

/** How often each call was tried, and when first. */
export const ATTEMPTS = section("backend attempts", [
  `stick-table type string len 36 size 10k expire ${2 * HOLD_SECONDS}s store http_req_cnt,gpt0`,
]);

/**
 * For the section that answers: it spaces the attempts of a call, because HAProxy repeats at once what was answered by
 * nothing. The second attempt is let through at once, for the first may have met a kept connection that was being
 * closed. From then on every other one is held for PAUSE_SECONDS and dropped. When the call is as old as HOLD_SECONDS,
 * all are dropped at once, so that it ends; neither does an attempt begin then that repeats a long call.
 */
export const SPACED: readonly string[] = [
  `timeout tarpit ${PAUSE_SECONDS}s`,
  `http-request track-sc1 req.hdr(${CALL_HEADER}) table attempts if { req.hdr(${CALL_HEADER}) -m found }`,
  `http-request del-header ${CALL_HEADER}`,
  "http-request sc-set-gpt0(1) date() if { sc1_http_req_cnt eq 1 }",
  "http-request set-var(txn.first) sc1_get_gpt0",
  `http-request deny if { sc1_http_req_cnt gt 1 } { date(),sub(txn.first) ge ${HOLD_SECONDS} }`,
  "http-request tarpit if { sc1_http_req_cnt gt 1 } { sc1_http_req_cnt,mod(2) eq 1 }",
  NO_503,
];
