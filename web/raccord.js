/** The only script of Raccord that does something when the page loads it: it puts our widgets on our nodes. */

import { api } from "../../scripts/api.js";
import { app } from "../../scripts/app.js";
import { learn } from "./base/words.js";
import * as channels from "./channels/channels.js";
import * as kit from "./kit/kit.js";
import * as quad from "./quad/quad.js";
import * as report from "./report/report.js";
import { recall, refresh } from "./report/runs.js";
import { sidebar } from "./sidebar/sidebar.js";
import * as zones from "./zones/zones.js";

/** Every widget says which nodes it `wants` (by their definition) and can `attach` itself to one. */
const WIDGETS = [quad, zones, channels, kit, report];

let learnt;

app.registerExtension({
  name: "raccord",
  init() {
    learnt = learn(api, app.extensionManager?.setting?.get("Comfy.Locale") ?? "en").catch(() => {});
  },
  async setup() {
    await learnt; // before the first node stands there, and asked for long enough ago to be here
    app.extensionManager.registerSidebarTab(sidebar({ app, api }));
  },
  afterConfigureGraph: () => recall({ app, api }),
  onNodeOutputsUpdated: refresh,
  nodeCreated(node) {
    const data = node.constructor.nodeData;
    if (!data?.name?.startsWith("Raccord")) return;
    for (const widget of WIDGETS) if (widget.wants(data)) widget.attach(node, { app, api });
  },
});
