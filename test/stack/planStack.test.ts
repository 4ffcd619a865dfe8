import { expect, test } from "vitest";
import { planStack } from "../../bin/stack/planStack.ts";

const contracts = {
  ETH_RPC_URL: "https://rpc.example",
  ESCROW_CONTRACT_ADDRESS_2: "0xa5b45dc1cf2e44844eba557df29687d24f5d8543",
  MOCK_ERC20_ADDRESS: "0x82B9e52b26A2954E113F94Ff26647754d5a4247D",
  ESCROW_BRIDGE_WALLET: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  ESCROW_PRIVATE_KEY: "0x01",
  JUNO_WALLET: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  START_BLOCK: "1",
};
const stageBank = { JUNO_STAGE_BASE_URL: "https://bank.example", JUNO_STAGE_API_KEY: "k", JUNO_STAGE_API_SECRET: "s" };

test("with nothing configured everything is embedded", () => {
  expect(planStack({})).toEqual({
    database: { kind: "embedded" },
    chain: { kind: "embedded" },
    contracts: { kind: "deployed" },
    bank: { kind: "embedded" },
  });
});

test("POSTGRES_* name a database as well as DATABASE_URL does, whatever the password holds", () => {
  const env = { POSTGRES_HOST: "db", POSTGRES_USER: "ana", POSTGRES_PASSWORD: "a/b@c", POSTGRES_DB: "pagos" };
  expect(planStack(env).database).toEqual({ kind: "configured", url: "postgresql://ana:a%2Fb%40c@db:5432/pagos" });
});

test("a full configuration embeds nothing", () => {
  const { database, ...others } = planStack({ ...contracts, ...stageBank, DATABASE_URL: "postgresql://db/pagos" });
  expect(database).toEqual({ kind: "configured", url: "postgresql://db/pagos" });
  expect(Object.values(others).map(({ kind }) => kind)).toEqual(["configured", "configured", "configured"]);
});

test.each([
  [{ ...contracts, ETH_RPC_URL: undefined, ...stageBank }, "ETH_RPC_URL"],
  [{ ...contracts, ESCROW_PRIVATE_KEY: undefined, ...stageBank }, "ESCROW_PRIVATE_KEY"],
  [{ ...stageBank, JUNO_STAGE_API_SECRET: "" }, "JUNO_STAGE_API_SECRET"],
  [{ JUNO_ENV: "production" }, "JUNO_BASE_URL, JUNO_API_KEY, JUNO_API_SECRET"],
  [{ POSTGRES_HOST: "db", POSTGRES_USER: "ana" }, "POSTGRES_DB"],
])("half a configuration is refused by the names that are missing (%#)", (env, names) => {
  expect(() => planStack(env)).toThrow(`falta ${names}:`);
});

test("a real bank is never let near a local chain, whose keys everybody knows", () => {
  expect(() => planStack(stageBank)).toThrow("cuyas llaves son públicas");
  expect(planStack({ ...stageBank, JUNO_STAGE_BASE_URL: "http://127.0.0.1:9000" }).bank.kind).toBe("configured");
});

test("the sandbox bank is not offered for contracts on which it cannot mint", () => {
  expect(() => planStack(contracts)).toThrow("configure también JUNO_*");
});
