/** The only script that does something when it is loaded: it puts our widgets on our nodes. */

import { api, app, learn } from "./base.js";
import * as channels from "./channels/channels.js";
import * as kit from "./kit/kit.js";
import * as quad from "./quad/quad.js";
import * as report from "./report/report.js";
import { recall, refresh } from "./report/runs.js";
import { sidebar } from "./sidebar/sidebar.js";
import * as zones from "./zones/zones.js";

const WIDGETS = [quad, zones, channels, kit, report];
let learnt;

app.registerExtension({
  name: "raccord",
  init() {
    learnt = learn(app.extensionManager.setting.get("Comfy.Locale")).catch(() => {});
  },
  async setup() {
    await learnt;
    app.extensionManager.registerSidebarTab(sidebar());
  },
  afterConfigureGraph: recall,
  onNodeOutputsUpdated: refresh,
  nodeCreated(node) {
    const data = node.constructor.nodeData;
    if (!data?.name.startsWith("Raccord")) return;
    for (const { wants, attach } of WIDGETS) if (wants(data)) attach(node);
  },
});
