import { mkdtempSync } from "node:fs";
import { deploy } from "/work/main/deploy";
import { prepareEngine } from "/work/main/setup/engine";
import { BenchProject } from "/work/main/test/bench/benchProject";
import { InstantDocker } from "/work/main/test/bench/instantDocker";
import { loadBenchStack } from "/work/main/test/bench/loadBenchStack";
import { recordPlan } from "/work/main/test/bench/recordPlan";

void (async () => {
  const n = Number(process.argv[2]);
  const dir = mkdtempSync("/tmp/dkb-");
  const docker = await InstantDocker.listen(dir + "/docker.sock");
  const engine = await prepareEngine({ byHand: false });
  const stack = { notaries: ["east"], chains: n, socket: docker.socket };
  const t = performance.now();
  const plan = await recordPlan(() => deploy(loadBenchStack(stack), "bench"));
  console.log("plan", plan.length, (performance.now() - t) / 1000);
  const projects: [string, BenchProject][] = [];
  try {
    projects.push(["dokomodo", await BenchProject.dokomodo(engine, stack)]);
    projects.push(["bare", await BenchProject.bare(engine, plan)]);
    projects.push(["defaults", await BenchProject.defaults(engine, plan)]);
    for (const [name, p] of projects)
      console.log(name, "up", await p.up(), p.stateSize(), JSON.stringify([...p.resources()]));
    for (let i = 0; i < 3; i++)
      for (const [name, p] of projects) console.log(name, "preview", await p.preview());
  } finally {
    for (const [, p] of projects) if (!process.env.KEEP) p.remove();
    await docker.close();
  }
})();
