import { z } from "zod";
import { moment, name, port, symbol } from "./values";

const CHAIN = "a symbol, the name of a set, or one of them with its host, such as BEER: beta";
const OFFSET = "a whole number from 0 to 50000";

const clientSchema = z.strictObject({
  name: name.describe("The client's name, which no other client of the node has. It is not `operator`."),
  chains: z
    .array(symbol)
    .min(1)
    .describe("The chains that it may call: symbols, and names of sets, of chains of the node."),
  allow: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "The methods that it may call, such as `getblockcount`. Those that show keys, take keys, end the daemon or reach its files are never allowed. Where it is absent, they are those that read the chain and spend nothing.",
    ),
});

const GENERATION = "a whole number from 1 to 1000";
const generation = z.int(GENERATION).min(1, GENERATION).max(1000, GENERATION);

const authoritySchema = z.strictObject({
  issuer: generation.describe("The generation that signs all certificates of the node."),
  trusted: z
    .array(generation)
    .min(1)
    .max(2)
    .describe("The generations whose certificates count: `issuer`, and another one while they change."),
  clientsIssuer: generation
    .optional()
    .describe(
      "The generation that signs for the workload through which clients enter. Where it is absent, it is `issuer`.",
    ),
});

const rotation = z.union([z.string(), z.number()]).transform(String);

const formerRotationSchema = z.strictObject({
  rotation: rotation
    .optional()
    .describe("What `rotation` of the chain was before. It is absent if there was none."),
  until: moment.describe(
    "Until when callers may use the former password: a time in UTC, such as 20260131-235959.",
  ),
});

/** What a node and a notary have in common. */
export const nodeFields = {
  name: name.describe(
    "The name, which no other notary or node of the stack has. The names of containers, volumes and networks begin with it.",
  ),
  chains: z
    .array(
      z.union([symbol, z.record(symbol, name).refine((entry) => Object.keys(entry).length === 1)], CHAIN),
    )
    .min(1)
    .describe(
      "The chains: symbols, and names of sets of the list of chains. An entry may state the host of what it names, as `BEER: beta` does.",
    ),
  host: name.describe("The host of every chain for which neither `chains` nor `placement` states a host."),
  placement: z
    .record(symbol, name)
    .default({})
    .describe("The host of a chain, keyed by the chain's symbol. It is meant for chains that a set names."),
  linkPort: port
    .default(7443)
    .describe(
      "The port of its hosts at which calls from other hosts, from clients and from operators arrive.",
    ),
  portOffset: z
    .int(OFFSET)
    .min(0, OFFSET)
    .max(50_000, OFFSET)
    .default(0)
    .describe(
      "How much higher the published p2p ports and `linkPort` are than stated, so that another notary or node on the same host can have the stated ones. The bus port of a notary is not moved.",
    ),
  clients: z
    .array(clientSchema)
    .default([])
    .describe(
      "Those who may call the chains from elsewhere, each with a certificate of its own (docs/guide/nodes.md). They enter on `host`.",
    ),
  authority: authoritySchema
    .optional()
    .describe(
      "Which generation of the authority that signs the certificates of its links is used. Where it is absent, generation 1 is. `npx dokomodo rotate authority` changes it step by step (docs/guide/security.md).",
    ),
  rotation: z
    .record(symbol, rotation)
    .default({})
    .describe(
      "A text or number of your choice, keyed by the chain's symbol. Another value makes another RPC password for that chain.",
    ),
  rotatedFrom: z
    .record(symbol, formerRotationSchema)
    .default({})
    .describe(
      "The RPC password that a chain had before, keyed by the chain's symbol. Callers may use it until the stated time. `npx dokomodo rotate` writes it (docs/guide/notaries.md).",
    ),
};

export const nodeSchema = z.strictObject(nodeFields);

export type NodeSettings = z.infer<typeof nodeSchema>;
export type ClientSettings = z.infer<typeof clientSchema>;
