/** ComfyUI itself. */

export { api } from "../../../scripts/api.js";
export { app } from "../../../scripts/app.js";
