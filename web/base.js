/** What all widgets share. */

export * from "./base/comfy.js";
export * from "./base/dom.js";
export * from "./base/hands.js";
export * from "./base/look.js";
export * from "./base/picture.js";
export * from "./base/widget.js";
export * from "./base/words.js";
