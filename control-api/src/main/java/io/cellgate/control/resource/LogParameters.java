package io.cellgate.control.resource;

import io.cellgate.control.http.Call;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.log.LogQuery;
import io.cellgate.dataplane.packet.IpPrefix;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of a request for lines of a log. */
final class LogParameters {
    /** Of log lines, milliseconds since 1970: beyond these years no line is. */
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private LogParameters() {}

    static LogQuery query(Call call, LogQuery.Order usual) {
        List<Fault> faults = new ArrayList<>();
        Instant since = time(call, "since", faults);
        Instant until = time(call, "until", faults);
        IpPrefix remote = read(call, "remote", "an address, or a prefix such as 192.0.2.0/24",
                IpPrefix::parse, faults);
        Integer port = number(call, "port");
        Integer protocol = read(call, "protocol", "tcp, udp, icmp, icmpv6, sctp or a number to 255",
                Protocols::number, faults);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        String event = call.query("event");
        String order = call.query("order");
        return new LogQuery(call.listScope().isOperator() ? null : call.account(),
                call.query("sim"), call.query("imsi"), call.query("fleet"),
                call.query("verdict"), call.query("rule"), call.query("policy"), remote,
                call.query("name"), port, protocol, event == null ? List.of() : List.of(event),
                since, until, order == null
                        ? usual
                        : order.equals("asc")
                                ? LogQuery.Order.OLDEST_FIRST
                                : LogQuery.Order.NEWEST_FIRST);
    }

    private static @Nullable Integer number(Call call, String name) {
        Long number = call.number(name);
        return number == null ? null : Math.toIntExact(number);
    }

    /** The time that a parameter says; one that says none is a fault. */
    static @Nullable Instant time(Call call, String name, List<Fault> faults) {
        return read(call, name, "a time (RFC 3339), such as 2030-01-01T00:00:00Z",
                LogParameters::time, faults);
    }

    /** Reads a time, brought to within the years that logs know. */
    static Instant time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
        } catch (DateTimeParseException notATime) {
            throw new IllegalArgumentException("not a time", notATime);
        }
    }

    private static <T> @Nullable T read(Call call, String name, String expected,
            Function<String, T> reader, List<Fault> faults) {
        String text = call.query(name);
        try {
            return text == null ? null : reader.apply(text);
        } catch (IllegalArgumentException wrong) {
            faults.add(Fault.query(name, text, expected));
            return null;
        }
    }
}
