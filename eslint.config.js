import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  { files: ["explorer/ui/web/**/*.js", "benchmarks/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/web/**/*.js"], languageOptions: { globals: globals.nodeBuiltin } },
];
