/** Which picture arrives at an input before anything has run, and what the last run of a node left. */

const STILL = /\.(png|jpe?g|webp|gif|bmp|avif)$/i, FILM = /\.(mp4|m4v|mov|webm|mkv|avi)$/i;
const INSIDE = -10; // ComfyUI's id of a sub-graph's own inputs
/** Inputs of core nodes that hand the same pixels on. */
const PASSES = { GetVideoComponents: "video", CreateVideo: "images", Reroute: 0, ImageFromBatch: "image" };

const slotOf = (node, name) => typeof name === "number" ? node.inputs?.[name] : node.inputs?.find((slot) => slot.name === name);
const valueOf = (node, name) => node.widgets?.find((widget) => widget.name === name)?.value;
const graphsOf = (root) => [root, ...(root.subgraphs?.values() ?? [])];
const hostOf = (graph, app) => graphsOf(app.rootGraph ?? app.graph).flatMap((each) => each.nodes)
  .find((node) => node.subgraph === graph);

/** Address of a file that ComfyUI serves: `{ filename, subfolder, type }`. */
export const viewOf = (file, api) => api.apiURL(`/view?${new URLSearchParams(
  { filename: file.filename, subfolder: file.subfolder ?? "", type: file.type ?? "input" })}`);

/** What the last run of a node left for the page, or nothing; the same after a reload. */
export const leftBy = (node, app) => app.nodeOutputs?.[node.graph?.isRootGraph === false || node.graph?.inputNode
  ? `${node.graph.id}:${node.id}` : String(node.id)];

/** What our own node told the page in its last run; an empty object before it. */
export const toldBy = (node, app) => leftBy(node, app)?.raccord?.[0] ?? {};

/**
* The output that an input hangs on, through sub-graphs, reroutes and bypassed nodes.
* @param {Object} node
* @param {(string|number)} name
* @param {Object} app
* @returns {{node: Object, slot: number}|null}
*/
export function originOf(node, name, app) {
  return follow(node.graph, slotOf(node, name)?.link, app, 64);
}

function follow(graph, id, app, patience) {
  const link = id == null || !graph ? null : graph.getLink?.(id) ?? graph.links?.[id];
  if (!link || !patience) return null;
  const on = (node, slot) => follow(node?.graph, slot?.link, app, patience - 1);
  if (Number(link.origin_id) === INSIDE) {
    const host = hostOf(graph, app);
    return on(host, host?.inputs?.[link.origin_slot]);
  }
  const node = graph.getNodeById(link.origin_id), slot = Number(link.origin_slot);
  if (!node) return null;
  if (node.mode === 2) return null;
  if (node.mode === 4) {
    const type = node.outputs[slot]?.type;
    const same = [node.inputs?.[slot], ...(node.inputs ?? [])].find((input) => input && input.type === type && input.link != null);
    return on(node, same);
  }
  if (node.subgraph) return follow(node.subgraph, node.subgraph.outputs?.[slot]?.linkIds?.[0], app, patience - 1);
  if (node.type === "Reroute") return on(node, node.inputs?.[0]);
  return { node, slot };
}

/** The file that a loader's own widget names, as ComfyUI writes it: `sub/name.png [output]`. */
export function fileOf(node) {
  for (const name of ["image", "file", "video"]) {
    const [, path, type] = String(valueOf(node, name) ?? "").match(/^(.*?)(?: \[(input|output|temp)\])?$/s) ?? [];
    if (path && (STILL.test(path) || FILM.test(path))) {
      const cut = path.lastIndexOf("/");
      return { filename: path.slice(cut + 1), subfolder: path.slice(0, Math.max(cut, 0)), type: type ?? "input" };
    }
  }
  return null;
}

/** Pictures of an output that some node on it, Preview Image say, showed in the last run. */
function shownOf({ node, slot }, app) {
  const links = (node.outputs?.[slot]?.links ?? []).map((id) => node.graph.getLink?.(id) ?? node.graph.links?.[id]);
  for (const reader of [node, ...links.map((link) => link && node.graph.getNodeById(link.target_id))]) {
    const ours = reader && (reader === node ? fileOf(node) || node.type === "PreviewImage" : /^(Preview|Save)Image$/.test(reader.type));
    const images = ours ? leftBy(reader, app)?.images : null;
    if (images?.length) return images;
  }
  return null;
}

/**
* The picture that arrives at an input.
* @param {Object} node
* @param {string} name
* @param {{app: Object, api: Object}} tools
* @returns {{kind: ("still"|"film"|"batch"), urls: string[], first: number, from: Object}|null} `first` is the frame of the film
*   that arrives as number 0; null where only a run can tell.
*/
export function arrivingAt(node, name, { app, api }) {
  let first = 0, at = originOf(node, name, app);
  for (let patience = 64; at && patience; patience--) {
    const file = fileOf(at.node);
    const shown = file && FILM.test(file.filename) ? null : shownOf(at, app);
    if (shown?.length > 1) return { kind: "batch", urls: shown.map((one) => viewOf(one, api)), first, from: at.node };
    if (file) {
      if (at.node.type === "RaccordLoadClip") first += Number(valueOf(at.node, "first") ?? 0);
      return { kind: FILM.test(file.filename) ? "film" : "still", urls: [viewOf(file, api)], first, from: at.node };
    }
    if (shown) return { kind: "still", urls: [viewOf(shown[0], api)], first, from: at.node };
    if (at.node.type === "RaccordExampleShot" && [0, 2].includes(at.slot) && !first)
      return { kind: "still", urls: [new URL("../docs/example_shot.webp", import.meta.url).href], first, from: at.node };
    if (at.node.type === "ImageFromBatch") first += Number(valueOf(at.node, "batch_index") ?? 0);
    const through = PASSES[at.node.type] ?? (at.node.outputs?.[at.slot]?.name === "clip" ? "clip" : null);
    at = through === null ? null : originOf(at.node, through, app);
  }
  return null;
}
