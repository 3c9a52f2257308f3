/** What runs said: ComfyUI's own outputs, recalled from the history after a reload. */

import { leftBy } from "../base/picture.js";

const placeOf = ({ graph, id }) => (graph?.inputNode ? `${graph.id}:${id}` : id);

/** Tells `change` when there may be other reports than those of a run on this page. */
export const news = new EventTarget();
export const refresh = () => { news.dispatchEvent(new Event("change")); };

/** Compact reports in what a node left, several where it ran for several inputs. */
export const formsIn = (output) => [output?.raccord].flat().filter((form) => Array.isArray(form?.findings));

/** A node by its execution id, such as `12:3` in a sub-graph; nothing where it is not in this workflow. */
export function nodeAt(app, id) {
  let graph = app.rootGraph, node;
  for (const part of String(id).split(":")) graph = (node = graph?.getNodeById(Number(part)))?.subgraph;
  return node;
}

/** Bring back what the last runs of this workflow told, where the page has forgotten all of it. */
export async function recall({ app, api }) {
  const flow = app.rootGraph.id, ask = async (path) => (await api.fetchApi(path)).json();
  if (Object.values(app.nodeOutputs).some((output) => output.raccord)) return;
  const { jobs } = await ask(`/jobs?status=completed,failed&limit=4&workflow_id=${flow}`);
  for (const { id } of jobs.reverse()) for (const [at, { raccord }] of Object.entries((await ask(`/history/${id}`))[id]?.outputs ?? {})) {
    const node = raccord && app.rootGraph.id === flow && nodeAt(app, at);
    if (node) app.nodeOutputs[placeOf(node)] = { ...leftBy(node, app), raccord };
  }
  refresh();
}
