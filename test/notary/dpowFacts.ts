/** What dPoW's own files say of one kind of Iguana. */
export interface DpowFacts {
  /** The set of the list of chains that the kind notarises. */
  readonly set: string;
  readonly iguana: Facts;
  readonly elected: Facts;
  /** The first and the last seed, and the number of seeds. */
  readonly seeds: Sourced<readonly [string, string, number]>;
  /** The number of notaries. */
  readonly notaries: Sourced<number>;
  /** Some notaries' keys. */
  readonly keys: Readonly<Record<string, Sourced<string>>>;
  /** The addresses that Iguana is told, in their order. */
  readonly peers: Sourced<readonly string[]>;
  /** p2p port, RPC port and destination of each chain. Iguana is not told to notarise one whose destination is "". */
  readonly chains: Readonly<Record<string, Sourced<readonly [number, number, string]>>>;
  /** The daemon's flags besides the parameters of the chain. Other chains have none. */
  readonly flags: Readonly<Record<string, Sourced<readonly string[]>>>;
}

/** A value and where it was read. */
export type Sourced<Value> = readonly [value: Value, source: string];
type Facts = Readonly<Record<string, Sourced<number | readonly string[]>>>;

/** The sources are of KomodoPlatform/dPoW at 2f846c0a, where nothing else is said. */
export const DPOW: Readonly<Record<"main" | "thirdParty", DpowFacts>> = {
  main: {
    set: "notary2025",
    iguana: {
      command: [["iguana", "notary"], "iguana/m_notary_main:8"],
      rpcPort: [7776, "includes/iguana_defines.h:52, iguana/main.c:2261"],
      busPort: [13848, "iguana/elected:2"],
    },
    elected: { BTCminsigs: [13, "iguana/elected:3"], minsigs: [13, "iguana/elected:4"] },
    seeds: [["15.235.204.174", "89.19.26.212", 10], "iguana/elected:6-15"],
    notaries: [64, "iguana/elected:18-81"],
    keys: {
      alright_DEV: [
        "028548847b3bbccff37c9b47bc4154183304902773d514b792ec2adc91e600e3b9",
        "iguana/elected:18",
      ],
      ca333_EU: ["030a18ffa85e2928ed37b2e30dbeb9bfb30b21fb15c5c4bcbd61d26b945e398e2b", "iguana/elected:32"],
      "who-biz_NA": [
        "03170d900f6d6a13002255b708f7bd27e55b5c05d1ddbaf8c25a1fc287d9f804ed",
        "iguana/elected:80",
      ],
      dragonhound_DEV: [
        "02f9a7b49282885cd03969f1f5478287497bc8edfceee9eac676053c107c5fcdaf",
        "iguana/elected:81",
      ],
    },
    peers: [
      [
        "15.235.204.174",
        "209.222.101.247",
        "178.159.2.9",
        "51.161.198.87",
        "103.195.100.32",
        "141.94.195.209",
        "148.113.1.52",
        "51.161.209.100",
        "51.161.172.84",
        "148.113.8.6",
        "178.159.2.6",
        "51.79.18.36",
      ],
      "iguana/m_notary_main:18-29",
    ],
    // The destinations: iguana/iguana_notary.c:344-349, for m_notary_main:38 and dpowassets:9-15.
    chains: {
      KMD: [[7770, 7771, "LTC"], "iguana/coins/kmd_7776:3"],
      LTC: [[9333, 9332, ""], "iguana/coins/ltc_7776:1"],
      CCL: [[20848, 20849, "KMD"], "iguana/coins/ccl_7776:1"],
      CLC: [[20931, 20932, "KMD"], "iguana/coins/clc_7776:1"],
      GLEEC: [[23344, 23345, "KMD"], "iguana/coins/gleec_7776:1"],
      GLEEC_OLD: [[23225, 23226, "KMD"], "iguana/coins/gleecold_7776:1"],
      ILN: [[12985, 12986, "KMD"], "iguana/coins/iln_7776:1"],
      KOIN: [[10701, 10702, "KMD"], "iguana/coins/koin_7776:1"],
      PIRATE: [[45452, 45453, "KMD"], "iguana/coins/pirate_7776:1"],
      THC: [[36789, 36790, "KMD"], "iguana/coins/thc_7776:1"],
      BCZERO: [[45833, 45834, "KMD"], "iguana/coins/bczero_7776:1"],
      RAPH: [[30260, 30261, "KMD"], "iguana/coins/raph_7776:1"],
      MDX: [[18481, 18482, "KMD"], "iguana/coins/mdx_7776:1"],
    },
    flags: {
      KMD: [
        [
          "-gen",
          "-genproclimit=1",
          "-minrelaytxfee=0.000035",
          "-opretmintxfee=0.004",
          "-notary=.litecoin/litecoin.conf",
        ],
        "doc/update079.md:54",
      ],
      // `setgenerate true 0` of a daemon that runs: docs/internals/domain.md, mining and staking.
      BCZERO: [["-gen", "-genproclimit=0", "-notary=1"], "doc/update083.md:25"],
      RAPH: [["-gen", "-genproclimit=0", "-notary=1"], "doc/update083.md:26"],
      MDX: [["-gen", "-genproclimit=0", "-notary=1"], "doc/update083.md:27"],
    },
  },
  thirdParty: {
    set: "thirdparty2025",
    iguana: {
      command: [["iguana", "3rd_party"], "iguana/m_notary_3rdparty:7"],
      rpcPort: [7779, "includes/iguana_defines.h:53, iguana/main.c:2269"],
      busPort: [13845, "iguana/3rd_party:2"],
    },
    elected: { BTCminsigs: [13, "iguana/3rd_party:3"], minsigs: [13, "iguana/3rd_party:4"] },
    seeds: [["15.235.204.174", "89.19.26.212", 10], "iguana/3rd_party:6-15"],
    notaries: [64, "iguana/3rd_party:18-81"],
    keys: {
      alright_DEV: [
        "02b698fee0945be7c2a489fc2ef93f956e491d5352228e5b4612219bba36590716",
        "iguana/3rd_party:18",
      ],
      ca333_EU: ["02da199f5da76cee5f09b4065e12ed454876308195cf45103e55f9837b4a1422d5", "iguana/3rd_party:32"],
      "who-biz_NA": [
        "026d5cecdee3021a80416c3d8ac68e59fd3d77a954bbe88a8eee794ade6c58f411",
        "iguana/3rd_party:80",
      ],
      dragonhound_DEV: [
        "02a473e980bf0d198ece8ed11f1ecbe437edb688de6c83b82efa6f7de3a5d43c19",
        "iguana/3rd_party:81",
      ],
    },
    peers: [
      [
        "15.235.204.174",
        "209.222.101.247",
        "178.159.2.9",
        "51.161.198.87",
        "103.195.100.32",
        "141.94.195.209",
        "148.113.1.52",
        "51.161.209.100",
        "51.161.172.84",
        "148.113.8.6",
        "178.159.2.7",
        "54.39.17.102",
      ],
      "iguana/m_notary_3rdparty:17-28",
    ],
    // m_notary_3rdparty has no dpow for KMD, and no LTC.
    chains: {
      KMD: [[7770, 7771, ""], "iguana/m_notary_3rdparty:32"],
      MCL: [[33824, 33825, "KMD"], "iguana/coins/mcl_7779:2, iguana/m_notary_3rdparty:47"],
      TOKEL: [[29404, 29405, "KMD"], "iguana/coins/tokel_7779:2, iguana/m_notary_3rdparty:48"],
    },
    flags: {
      KMD: [["-minrelaytxfee=0.000035", "-opretmintxfee=0.004", "-notary"], "doc/update079.md:63"],
    },
  },
};

/** The whitelists of the operators' Docker set-ups. */
export const WHITELISTS = {
  /** Beside the addresses of all main notaries; not for LTC and PIRATE. */
  main: [["RSzqu1ZmAbbM2WUNdqNtPLTcLB54kwLp6D"], "smk762/notary_docker_main ec0db3d configure.py:293-297"],
  thirdParty: [
    [
      "RDragoNHdwovvsDLSLMiAEzEArAD3kq6FN",
      "RLdmqsXEor84FC8wqDAZbkmJLpgf2nUSkq",
      "RHi882Amab35uXjqBZjVxgEgmkkMu454KK",
      "RHound8PpyhVLfi56dC7MK3ZvvkAmB3bvQ",
      "RGcG4Ei5mPCHaGYvHfmqXLg9wBk7PFb8Co",
      "RGcG9DNHKWVbjXm2GPMKMU9hkYvJWwweFo",
      "RGcGxTnVbaVUBVoh5yxDqscLFWgfdeWALS",
      "RGcGe9dxpc4m6DqXge9wQr7sqVoyAs1Vho",
      "RGcGyeSRf3pjE7Lf872TXPAdAjEkcoiGb7",
      "RGcGW9C7kETbhaRr6jN8Nds2pk4FaQVr7L",
      "RSzqu1ZmAbbM2WUNdqNtPLTcLB54kwLp6D",
    ],
    "smk762/notary_docker_3p 576e716 configure.py:211-221",
  ],
} satisfies Record<string, Sourced<readonly string[]>>;
