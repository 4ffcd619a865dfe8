import { expect, test } from "vitest";
import { reachOf } from "../../reactor/webhooks/reach.ts";

const publicOnly = reachOf([]);

test.each([["8.8.8.8"], ["189.203.1.1"], ["2606:4700::1111"]])(
  "%s is public: a webhook may go there by https, and only so",
  (address) => {
    expect(publicOnly(address, "https:")).toBe(true);
    expect(publicOnly(address, "http:")).toBe(false);
  },
);

test.each([
  ["loopback", "127.0.0.1"],
  ["loopback elsewhere", "127.8.8.8"],
  ["this host", "0.0.0.0"],
  ["a private network", "10.0.0.5"],
  ["a private network", "172.16.4.4"],
  ["a private network", "192.168.1.1"],
  ["a carrier's network", "100.64.0.1"],
  ["the cloud's metadata", "169.254.169.254"],
  ["multicast", "224.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["loopback", "::1"],
  ["no address", "::"],
  ["link-local", "fe80::1"],
  ["a unique local network", "fd00::1"],
  ["loopback as IPv6", "::ffff:127.0.0.1"],
  ["a public IPv4 as IPv6", "::ffff:8.8.8.8"],
  ["loopback behind 6to4", "2002:7f00:1::1"],
  ["loopback behind NAT64", "64:ff9b::7f00:1"],
  ["what is no address", "localhost"],
])("%s is refused (%s)", (_what, address) => {
  expect(publicOnly(address, "https:")).toBe(false);
});

test("a configured network may be reached, by plain http too, and its neighbour may not", () => {
  const reach = reachOf(["10.1.2.0/24", "fd00::/64"]);
  expect(reach("10.1.2.200", "http:")).toBe(true);
  expect(reach("10.1.3.1", "https:")).toBe(false);
  expect(reach("fd00::5", "http:")).toBe(true);
  expect(reach("fd00:0:0:1::5", "https:")).toBe(false);
});

test.each(["10.1.2.0", "example.com/8", "10.0.0.0/", "10.0.0.0/99"])("«%s» is no network", (entry) => {
  expect(() => reachOf([entry])).toThrow();
});
