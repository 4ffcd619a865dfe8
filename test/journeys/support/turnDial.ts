export * from "../../../bin/stack/turnDial.ts";
