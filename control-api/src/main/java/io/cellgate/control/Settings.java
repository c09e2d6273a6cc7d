package io.cellgate.control;

import io.cellgate.control.http.ApiServer;
import io.cellgate.dataplane.atlas.AtlasFiles;
import io.cellgate.control.log.LogRetention;
import io.cellgate.inventory.account.Network;
import io.cellgate.dataplane.io.PacketBackends;
import io.cellgate.dataplane.io.PlainLink;
import io.cellgate.dataplane.io.WorkerCores;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.store.DatabaseLocation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one process runs. Each value comes from an option of {@code cellgate run}, else from the configuration file,
 * else it is the default named at the option.
 *
 * @param store   where what is kept is kept
 * @param api     where the API listens
 * @param requestsPerSecond of an account that was given no limit of its own
 * @param webhookNetworks   what webhooks may reach though it is not public
 * @param logs              how much of the logs is kept
 * @param gateway null: the process serves the API alone and takes no traffic
 * @param atlas   the files that say where addresses are and what names are about
 */
public record Settings(Store store, ApiServer.Binding api, long requestsPerSecond,
        List<Network> webhookNetworks, LogRetention logs, @Nullable Gateway gateway,
        AtlasFiles atlas) {
    /** Requests a second of an account, where nothing else is said. */
    public static final long REQUESTS_PER_SECOND = 5000;

    public Settings {
        webhookNetworks = List.copyOf(webhookNetworks);
        if (requestsPerSecond < 1) {
            throw new IllegalArgumentException("--api-rate: got " + requestsPerSecond
                    + ", expected at least 1 request a second");
        }
    }

    public Settings(Store store, ApiServer.Binding api, LogRetention logs,
            @Nullable Gateway gateway) {
        this(store, api, REQUESTS_PER_SECOND, List.of(), logs, gateway, AtlasFiles.NONE);
    }

    /** The devices' addresses. */
    List<Network> deviceNetworks() {
        Gateway devices = gateway;
        return devices == null
                ? List.of()
                : Stream.concat(
                        Stream.of(devices.ipv4Pool(), devices.ipv6Pool()).filter(Objects::nonNull),
                        devices.plain().routes().stream()
                                .map(route -> route.network().toString()))
                        .map(Network::parse).toList();
    }

    /**
     * Where what is kept is kept.
     *
     * @param data     the folder that holds the master key and, unless it is elsewhere, the database; made where it is
     *                 missing
     * @param database where the database is
     */
    public record Store(Path data, DatabaseLocation database) {
        /** All of it in one folder. */
        public static Store in(Path data) {
            return new Store(data, Inventory.fileIn(data));
        }

        /** @throws StartFailure if it cannot be opened, in words for who started the command */
        Inventory open() {
            try {
                return Inventory.open(data, database, InstantSource.system());
            } catch (RuntimeException failed) {
                throw new StartFailure("the store cannot be opened: " + failed.getMessage(),
                        failed);
            }
        }
    }

    /**
     * The gateway's own.
     *
     * @param gtpc       where GTP-C is spoken; the address is told to peers
     * @param paths      when an answer is late, and a path down
     * @param gtpu       where GTP-U is spoken; the address is told to peers
     * @param tun        the name of the TUN device on the internet's side
     * @param nat        whether packets leave under the host's address (nftables)
     * @param ipv4Pool   devices' addresses, a prefix such as 10.45.0.0/16; null: no IPv4
     * @param ipv6Pool   devices' /64 prefixes come from it, such as fd45::/40; null: no IPv6
     * @param mtu        octets of the longest packet, told to devices that ask
     * @param dns        the DNS servers that devices are told
     * @param upstreams  the DNS servers that allowed queries go to
     * @param workers    threads that forward packets
     * @param workerCores those that each of these has to itself, if any
     * @param io         how packets come in and go out
     * @param plain      what carriers' routers bring as it is, and where they tell whose it is
     */
    public record Gateway(InetSocketAddress gtpc, Paths paths, InetSocketAddress gtpu, String tun,
            boolean nat,
            @Nullable String ipv4Pool, @Nullable String ipv6Pool, int mtu, List<InetAddress> dns,
            List<InetSocketAddress> upstreams, int workers, WorkerCores workerCores,
            PacketBackends.Wish io, Plain plain) {
        /**
         * The side of carriers that have a PGW of their own.
         *
         * @param routes     networks of devices, and the router of each; none: there is no such carrier
         * @param accounting where RADIUS accounting is listened for
         * @param port       the UDP port there
         */
        public record Plain(List<PlainLink.Route> routes, InetAddress accounting, int port) {
            public Plain {
                routes = List.copyOf(routes);
            }
        }

        /**
         * How the ways to peers are watched; of all peers.
         *
         * @param t3Seconds           after which a request that was not answered is repeated (T3-RESPONSE, TS 29.274 §7.6)
         * @param n3                  how often one is sent at most (N3-REQUESTS)
         * @param echoIntervalSeconds between two Echo Requests, 60 at least (TS 29.274 §7.1.1)
         */
        public record Paths(int t3Seconds, int n3, int echoIntervalSeconds) {
            public Paths {
                require("--gtp-t3", t3Seconds, 1, 60, "seconds");
                require("--gtp-n3", n3, 1, 10, "requests");
                require("--gtp-echo-interval", echoIntervalSeconds, 60, 86_400, "seconds");
            }

            private static void require(String option, int got, int least, int most, String unit) {
                if (got < least || got > most) {
                    throw new IllegalArgumentException(option + ": got " + got + ", expected "
                            + least + " to " + most + " " + unit);
                }
            }
        }

        public Gateway {
            dns = List.copyOf(dns);
            upstreams = List.copyOf(upstreams);
            if (ipv4Pool == null && ipv6Pool == null) {
                throw new IllegalArgumentException(
                        "got neither --pool-ipv4 nor --pool-ipv6, expected at least one");
            }
            if (mtu < 1280 || mtu > 9000) {
                throw new IllegalArgumentException(
                        "--mtu: got " + mtu + ", expected 1280 to 9000 octets");
            }
            if (workers < 1 || workers > 64) {
                throw new IllegalArgumentException(
                        "--workers: got " + workers + ", expected 1 to 64");
            }
            try {
                workerCores.check(workers);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("--worker-cores: " + wrong.getMessage(), wrong);
            }
            if (!tun.matches("[A-Za-z0-9_.-]{1,15}")) {
                throw new IllegalArgumentException("--tun: got \"" + tun
                        + "\", expected 1 to 15 letters, digits, '_', '.' or '-'");
            }
        }
    }
}
