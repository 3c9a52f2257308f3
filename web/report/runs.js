/** What runs said: ComfyUI's own outputs, recalled from the history after a reload, and what each node is doing now. */

/** Tells `change` whenever something of it did. */
export const news = new EventTarget();
export const refresh = () => { news.dispatchEvent(new Event("change")); };
/** Since the page was opened, the newest last: `{ id, at, title, form }`. */
export const reports = [];

let doing = new WeakMap(), busy;
/** `{ state: "running" | "cached" | "error", text }` of a node, or nothing. */
export const doingOf = (node) => doing.get(node);

/** Name by which the page keeps the outputs of a node: `5`, in a sub-graph `<uuid>:5`. */
const placeOf = ({ graph, id }) => (graph?.isRootGraph === false ? `${graph.id}:${id}` : id);
const formsIn = (output) => [output?.raccord].flat().filter((form) => form?.verdict && Array.isArray(form.findings));

/** Compact reports of a node's last run, several where it ran for several inputs. */
export const formsOf = (node, app) => formsIn(app.nodeOutputs[placeOf(node)]).filter((form) => form.node === node.comfyClass);

/** A node by its execution id, such as `12:3` in a sub-graph; nothing where it is not in this workflow. */
export function nodeAt(app, id) {
  let graph = app.rootGraph, node;
  for (const part of String(id).split(":")) graph = (node = graph?.getNodeById(Number(part)))?.subgraph;
  return node;
}

/** Bring back what the last runs of this workflow told and the page has forgotten. */
export async function recall({ app, api }) {
  const { id: flow, nodes, subgraphs } = app.rootGraph;
  const ours = [...nodes, ...[...subgraphs.values()].flatMap((graph) => graph.nodes)]
    .filter((node) => node.widgets?.some(({ name }) => name === "raccord_report"));
  const unknown = () => app.rootGraph.id === flow && ours.some((node) => !formsOf(node, app).length);
  const ask = async (path) => (await api.fetchApi(path)).json();
  if (!unknown()) return;
  const { jobs } = await ask(`/jobs?status=completed,failed&limit=4&workflow_id=${flow}`);
  for (const { id } of jobs) {
    const entry = (await ask(`/history/${id}`))[id];
    for (const [at, { raccord }] of unknown() ? Object.entries(entry?.outputs ?? {}) : []) {
      const node = nodeAt(app, at), place = node && placeOf(node);
      if (node && !formsOf(node, app).length) app.nodeOutputs[place] = { ...app.nodeOutputs[place], raccord };
    }
  }
  refresh();
}

/** Follow the runs, from the start of the page to its end. */
export function listen({ app, api }) {
  const be = (id, state, text) => {
    const node = nodeAt(app, id);
    if (node) doing.set(node, { state, text });
    return node;
  };
  const done = (node) => doing.get(node)?.state === "running" && doing.delete(node);
  const heard = {
    execution_start() { doing = new WeakMap(); },
    execution_cached: ({ nodes }) => nodes.forEach((id) => be(id, "cached")),
    executing(id) {
      done(busy);
      busy = id && be(id, "running");
    },
    executed({ node: own, display_node: id = own, output }) {
      const node = nodeAt(app, id);
      done(node);
      for (const form of formsIn(output)) reports.push({ id, form, at: new Date(), title: node?.title ?? form.node });
      reports.splice(0, reports.length - 400);
    },
    execution_error: ({ node_id: id, exception_message: text }) => be(id, "error", text),
    execution_interrupted: () => done(busy),
  };
  for (const [event, hear] of Object.entries(heard)) api.addEventListener(event, ({ detail }) => {
    hear(detail);
    queueMicrotask(refresh);
  });
}
