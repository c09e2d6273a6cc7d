package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.MessageRates;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.radius.AccountingClient;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.radius.AccountingCounters;
import io.cellgate.dataplane.radius.AccountingCounters.Count;
import io.cellgate.dataplane.radius.AccountingFault;
import io.cellgate.dataplane.radius.AccountingReader;
import io.cellgate.dataplane.radius.AccountingRequest;
import io.cellgate.dataplane.radius.RadiusPacket;
import io.cellgate.dataplane.radius.Read;
import io.cellgate.policy.subject.Imsi;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a datagram on the accounting port. It goes through these, and ends at the first that objects: its source
 * is a client's; it is an Accounting-Request and whole; it was made with the client's secret; it is no repetition; it says
 * what it must. What it says is then carried out by {@link Bindings}, and answered when that is in force and durable; what
 * could not be carried out is not answered, so that the client tells it again.
 */
final class Accounting {
    private static final Logger LOG = LoggerFactory.getLogger(Accounting.class);
    /** A client gives an identifier to another message only after it has given up on the one before (RFC 5080 §2.2.1). */
    private static final long KEEP_REPLIES_NANOS = 30_000_000_000L;

    private final AccountingConfig config;
    private final Bindings bindings;
    private final BoundReviews reviews;
    private final Clock clock;
    private final Firewall firewall;
    private final EventExecutor loop;
    private final LongSupplier nanoTime;
    private final OwnRequests.Sender sender;
    private final AccountingCounters counters;
    private final Map<String, ReplyCache> replies = new HashMap<>();
    private final Map<String, MessageRates> rates = new HashMap<>();
    private AccountingClients clients = AccountingClients.NONE;
    private int pending;

    Accounting(AccountingConfig config, Bindings bindings, BoundReviews reviews, Firewall firewall,
            EventExecutor loop,
            Clock clock, LongSupplier nanoTime, OwnRequests.Sender sender,
            AccountingCounters counters) {
        this.config = config;
        this.bindings = bindings;
        this.reviews = reviews;
        this.clock = clock;
        this.firewall = firewall;
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.sender = sender;
        this.counters = counters;
    }

    /** Takes new clients. Sessions that were told of by one that is none any more, or of addresses not its any more, end. */
    CompletableFuture<Void> publish(AccountingClients next) {
        for (AccountingClient before : clients.all()) {
            AccountingClient after = next.byId(before.id());
            if (after == null) {
                replies.remove(before.id());
                counters.forget(before.id());
            }
            if (after == null || !after.carrier().equals(before.carrier())) {
                rates.remove(before.id()); // begun anew by what its carrier may do now
            }
        }
        clients = next;
        return reviews.publish(next);
    }

    /** Never throws: a bug met by one datagram must not stop the others. */
    void onDatagram(byte[] datagram, InetSocketAddress from) {
        AccountingClient client = clients.of(from.getAddress());
        counters.count(client == null ? null : client.id(), Count.RECEIVED);
        if (client == null) {
            counters.count(null, AccountingFault.UNKNOWN_CLIENT);
            firewall.unknownPeer(from.getAddress(), datagram.length);
            return;
        }
        Carrier carrier = client.carrier();
        MessageRates rate = rates.computeIfAbsent(client.id(),
                _ -> new MessageRates(carrier.firewall().perPeer(),
                        carrier.firewall().alarmPercent(), nanoTime.getAsLong()));
        if (!firewall.withinRate(rate, from.getAddress(), carrier)) {
            counters.count(client.id(), AccountingFault.RATE_LIMITED);
            return;
        }
        try {
            onDatagram(datagram, from, client);
        } catch (RuntimeException e) {
            counters.count(client.id(), AccountingFault.SYSTEM_FAILURE);
            LOG.error("an accounting message from {} met a bug", from, e);
        }
    }

    private void onDatagram(byte[] datagram, InetSocketAddress from, AccountingClient client) {
        switch (RadiusPacket.decode(datagram)) {
            case Read.Bad<RadiusPacket>(AccountingFault fault, String detail) -> drop(client, from,
                    "datagram", null, fault, detail);
            case Read.Good<RadiusPacket>(RadiusPacket packet) -> {
                AccountingFault fault = packet.judge(client.secret());
                if (fault == null) {
                    authentic(packet, from, client);
                } else {
                    drop(client, from, "accounting request", null, fault,
                            "got a packet that was not made with the secret of client "
                                    + client.id());
                }
            }
        }
    }

    private void authentic(RadiusPacket packet, InetSocketAddress from,
            AccountingClient client) {
        ReplyCache cache = replies.computeIfAbsent(client.id(),
                _ -> new ReplyCache(config.repliesPerClient(), KEEP_REPLIES_NANOS));
        long key = key(packet, from);
        switch (cache.begin(key, nanoTime.getAsLong())) {
            case IN_PROGRESS -> counters.count(client.id(), AccountingFault.STILL_IN_PROGRESS);
            case ANSWERED -> {
                counters.count(client.id(), Count.REPEATED);
                sender.send(cache.reply(key), from);
            }
            case NEW -> {
                switch (AccountingReader.read(packet)) {
                    case Read.Bad<AccountingRequest>(AccountingFault fault, String detail) -> {
                        cache.forget(key);
                        drop(client, from, "accounting request", null, fault, detail);
                    }
                    case Read.Good<AccountingRequest>(AccountingRequest request) -> carryOut(
                            new Told(client, from.getAddress(), request, clock.instant()), packet,
                            from, cache,
                            key);
                }
            }
        }
    }

    /** Half of the authenticator, which only who has the secret can choose, with where it comes from and its identifier. */
    private static long key(RadiusPacket packet, InetSocketAddress from) {
        RadiusPacket.Fingerprint print = packet.fingerprint();
        long half = (long) print.authenticator().i32(0) << 32
                | Integer.toUnsignedLong(print.authenticator().i32(4));
        return half ^ ((long) from.getAddress().hashCode() << 24
                | (long) from.getPort() << 8 | print.identifier());
    }

    private void carryOut(Told told, RadiusPacket packet, InetSocketAddress from,
            ReplyCache cache, long key) {
        AccountingClient client = told.client();
        String message = told.message();
        if (pending >= config.maxPending()) {
            cache.forget(key);
            drop(client, from, message, told.imsi(), AccountingFault.TOO_MANY_PENDING,
                    pending + " messages wait for the inventory");
            return;
        }
        pending++;
        SessionGate.onLoop(loop, bindings.take(told), (_, failure) -> {
            pending--;
            if (failure == null) {
                byte[] response = packet.response(client.secret());
                cache.answered(key, response, nanoTime.getAsLong());
                counters.count(client.id(), Count.ANSWERED);
                sender.send(response, from);
            } else {
                cache.forget(key);
                counters.count(client.id(), AccountingFault.SYSTEM_FAILURE);
                LOG.error("{} of IMSI {} could not be carried out", message, told.imsi(),
                        failure);
            }
        });
    }

    private void drop(AccountingClient client, InetSocketAddress from, String message,
            @Nullable Imsi imsi, AccountingFault fault, String detail) {
        counters.count(client.id(), fault);
        FirewallCheck check = switch (fault) {
            case LENGTH -> FirewallCheck.HEADER;
            case CODE -> FirewallCheck.MESSAGE_TYPE;
            case AUTHENTICATOR, MESSAGE_AUTHENTICATOR -> FirewallCheck.AUTHENTICATOR;
            case ATTRIBUTE_LENGTH -> FirewallCheck.ELEMENT_LENGTH;
            case ATTRIBUTE_MISSING -> FirewallCheck.ELEMENT_MISSING;
            case ATTRIBUTE_VALUE -> FirewallCheck.ELEMENT_VALUE;
            case TOO_MANY_PENDING -> FirewallCheck.RATE_OTHER;
            case UNKNOWN_CLIENT -> FirewallCheck.PEER_ADDRESS;
            case STILL_IN_PROGRESS, SYSTEM_FAILURE, RATE_LIMITED -> null;
        };
        if (check != null) {
            firewall.dropped(check, from.getAddress(), client.carrier(), message, imsi, detail);
        }
    }

    /** To be called from time to time. */
    void tick() {
        reviews.tick(clients);
        replies.values().forEach(cache -> cache.expire(nanoTime.getAsLong()));
    }

    AccountingCounters counters() {
        return counters;
    }

    BoundReviews reviews() {
        return reviews;
    }
}
