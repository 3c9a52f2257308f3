/** Which picture arrives at an input before anything has run, and what the last run of a node left. */

const FILM = /\.(mp4|m4v|mov|webm|mkv|avi)$/i;
const FILE = /^(.+\.(?:png|jpe?g|webp|gif|bmp|avif|mp4|m4v|mov|webm|mkv|avi))(?: \[(\w+)\])?$/i;
const INSIDE = -10; // ComfyUI's id of a sub-graph's own inputs
/** Inputs of nodes that hand the same pixels on, or nearly: Stamp Markers and Stamp Plate paint a little over them. */
const PASSES = { GetVideoComponents: "video", CreateVideo: "images", ImageFromBatch: "image", RaccordStampMarkers: "image",
  RaccordStampPlate: "image" };
const EXAMPLE = { 0: "first", 2: "first", 3: "last" }; // stills that the pack ships, by the output of Example Shot

const typed = (node, name) => node.widgets?.find((widget) => widget.name === name)?.value;
const linkOf = (graph, id) => graph.getLink?.(id) ?? graph.links?.[id];

/** Address of a file that ComfyUI serves: `{ filename, subfolder, type }`. */
export const viewOf = ({ filename, subfolder = "", type = "input" }, api) =>
  api.apiURL(`/view?${new URLSearchParams({ filename, subfolder, type })}`);

/** What the last run of a node left for the page, or nothing; the same after a reload. */
export const leftBy = (node, app) => app.nodeOutputs?.[node.graph?.inputNode ? `${node.graph.id}:${node.id}` : node.id];

/** What our own node told the page in its last run; an empty object before it. */
export const toldBy = (node, app) => leftBy(node, app)?.raccord?.[0] ?? {};

/** The output `{ node, slot }` that an input hangs on, through sub-graphs, reroutes and bypassed nodes, or null. */
export const originOf = (node, name, app) => follow(node.graph, node.inputs?.find((slot) => slot.name === name), app, 64);

function follow(graph, input, app, patience) {
  const link = input?.link != null && patience && graph ? linkOf(graph, input.link) : null;
  if (!link) return null;
  const on = (at, next) => follow(at?.graph, next, app, patience - 1);
  const slot = Number(link.origin_slot);
  if (Number(link.origin_id) === INSIDE) {
    const graphs = [app.rootGraph, ...app.rootGraph.subgraphs.values()];
    const host = graphs.flatMap((each) => each.nodes).find((one) => one.subgraph === graph);
    return on(host, host?.inputs[slot]);
  }
  const node = graph.getNodeById(link.origin_id);
  if (!node || node.mode === 2) return null;
  if (node.mode === 4) {
    const type = node.outputs[slot].type;
    return on(node, [node.inputs[slot], ...node.inputs].find((one) => one?.link != null && one.type === type));
  }
  if (node.subgraph) return follow(node.subgraph, { link: node.subgraph.outputs[slot]?.linkIds?.[0] }, app, patience - 1);
  return node.type === "Reroute" ? on(node, node.inputs[0]) : { node, slot };
}

/** The file that a loader's own widget names, as ComfyUI writes it: `sub/name.png [output]`. */
export function fileOf(node) {
  for (const name of ["image", "file", "video"]) {
    const [, path, type] = String(typed(node, name) ?? "").match(FILE) ?? [];
    const cut = path?.lastIndexOf("/");
    if (path) return { filename: path.slice(cut + 1), subfolder: path.slice(0, Math.max(cut, 0)), type };
  }
  return null;
}

/** Pictures of an output that Preview Image or Save Image on it showed in the last run. */
function shownOf({ node, slot }, app) {
  for (const id of node.outputs[slot]?.links ?? []) {
    const reader = node.graph.getNodeById(linkOf(node.graph, id)?.target_id);
    const images = /^(Preview|Save)Image$/.test(reader?.type) && leftBy(reader, app)?.images;
    if (images?.length) return images;
  }
  return [];
}

/**
 * The picture that arrives at an input: `{ kind, urls, first, near }`, kind `still`, `film` or `batch`, `first` the number in it
 * of the frame that arrives as 0, `near` where something was painted on it; null where only a run can tell.
 */
export function arrivingAt(node, name, { app, api }) {
  let first = 0, near = false, at = originOf(node, name, app);
  for (let patience = 64; at && patience; patience--) {
    const { type } = at.node, file = fileOf(at.node), shown = shownOf(at, app);
    if (type === "RaccordLoadClip") first += Number(typed(at.node, "first") ?? 0);
    if (file && (FILM.test(file.filename) || shown.length < 2)) // of an animation the browser gives the first frame only
      return first && !FILM.test(file.filename) ? null
        : { kind: FILM.test(file.filename) ? "film" : "still", urls: [viewOf(file, api)], first, near };
    if (shown.length) return { kind: "batch", urls: shown.map((one) => viewOf(one, api)), first, near };
    if (type === "RaccordExampleShot" && EXAMPLE[at.slot] && !first)
      return { kind: "still", urls: [new URL(`../docs/example_${EXAMPLE[at.slot]}.webp`, import.meta.url).href], first, near };
    if (type === "ImageFromBatch") first += Number(typed(at.node, "batch_index") ?? 0);
    near ||= type.startsWith("RaccordStamp");
    const through = PASSES[type] ?? (at.node.outputs[at.slot]?.name === "clip" ? "clip" : "");
    at = through && originOf(at.node, through, app);
  }
  return null;
}
