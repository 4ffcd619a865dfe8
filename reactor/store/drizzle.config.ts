import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./reactor/store/schema/index.ts",
  out: "./reactor/store/migrations",
});
