/** Which picture arrives at an input, and what the last run of a node left. */

import { api, app } from "./comfy.js";

const FILE = /^((?<subfolder>.+)\/)?(?<filename>.+\.(png|jpe?g|webp|gif|bmp|avif|(?<film>mp4|m[4ko]v|webm)))( \[(?<type>\w+)\])?$/i;
const INSIDE = -10; // a sub-graph's own inputs
/** Nodes that hand an input on with the same pixels, or nearly. */
const PASSES = { GetVideoComponents: "video", ImageFromBatch: "image", RaccordStampMarkers: "image", RaccordStampPlate: "image" };
const EXAMPLE = { 0: "first", 2: "first", 3: "last" }; // stills of Example Shot, by output

const typed = (node, name) => node.widgets?.find((widget) => widget.name === name)?.value;

export const viewOf = ({ filename, subfolder = "", type = "input" }) =>
  api.apiURL(`/view?${new URLSearchParams({ filename, subfolder, type })}`);

/** By what name `app.nodeOutputs` knows a node. */
export const placeOf = ({ graph, id }) => (graph?.isRootGraph === false ? `${graph.id}:${id}` : id);

export const leftBy = (node) => app.nodeOutputs[placeOf(node)];

export const toldBy = (node) => leftBy(node)?.raccord?.[0] ?? {};

export const nodesOf = () => [app.rootGraph, ...app.rootGraph.subgraphs.values()].flatMap((graph) => graph.nodes);

/** The output that an input hangs on, through sub-graphs, reroutes and bypassed nodes. */
export function originOf({ graph, inputs }, name) {
  let input = inputs?.find((one) => one.name === name);
  for (let patience = 64; patience; patience--) { // a graph may go round
    const { origin_id: id, origin_slot: slot } = graph?.getLink(input?.link) ?? {}, inside = Number(id) === INSIDE;
    const node = inside ? nodesOf().find((one) => one.subgraph === graph) : graph?.getNodeById(id);
    if (!node || node.mode === 2) return;
    if (inside) [graph, input] = [node.graph, node.inputs[slot]];
    else if (node.mode === 4) input = [node.inputs[slot], ...node.inputs].find((one) => one?.type === node.outputs[slot].type);
    else if (node.type === "Reroute") [input] = node.inputs;
    else if (node.subgraph) [graph, input] = [node.subgraph, { link: node.subgraph.outputs[slot].linkIds[0] }];
    else return { node, slot };
  }
}

/** The file that a loader names, as in `sub/name.png [output]`. */
export const fileOf = (node) => ["image", "file", "video"].map((name) => FILE.exec(typed(node, name))?.groups).find(Boolean);

/** The picture that arrives at an input, from its frame `first` on; nothing where only a run tells. */
export function arrivingAt(node, name) {
  let first = 0, at = originOf(node, name);
  for (let patience = 64; at && patience; patience--) {
    const { type, outputs } = at.node, file = fileOf(at.node), shipped = type === "RaccordExampleShot" && EXAMPLE[at.slot];
    first += Number(typed(at.node, "first") ?? typed(at.node, "batch_index") ?? 0);
    if (file && (file.film || !first)) return { url: viewOf(file), film: file.film, first };
    if (shipped && !first) return { url: new URL(`../docs/example_${shipped}.webp`, import.meta.url).href };
    at = originOf(at.node, PASSES[type] ?? (outputs[at.slot]?.name === "clip" ? "clip" : ""));
  }
}
