/** What runs said: ComfyUI's own outputs, recalled from the history after a reload. */

import { api, app, leftBy, placeOf } from "../base.js";

/** Let the panels look again. */
export const refresh = () => api.dispatchEvent(new Event("raccord"));

/** Compact reports in what a node left, several where it ran for several inputs. */
export const formsIn = (output) => [output?.raccord].flat().filter((form) => Array.isArray(form?.findings));

/** A node by its execution id, such as `12:3` in a sub-graph; nothing where it is not in this workflow. */
export function nodeAt(id) {
  let graph = app.rootGraph, node;
  for (const part of String(id).split(":")) graph = (node = graph?.getNodeById(Number(part)))?.subgraph;
  return node;
}

/** Bring back what the last runs of this workflow told, where the page has forgotten all of it. */
export async function recall() {
  const flow = app.rootGraph.id, ask = async (path) => (await api.fetchApi(path)).json();
  if (Object.values(app.nodeOutputs).some((output) => output.raccord)) return;
  const { jobs } = await ask(`/jobs?status=completed,failed&limit=4&workflow_id=${flow}`);
  for (const { id } of jobs.reverse()) {
    const { outputs } = (await ask(`/history/${id}`))[id] ?? {};
    for (const [at, { raccord }] of Object.entries(outputs ?? {})) {
      const node = raccord && app.rootGraph.id === flow && nodeAt(at);
      if (node) app.nodeOutputs[placeOf(node)] = { ...leftBy(node), raccord };
    }
  }
  refresh();
}
