package io.cellgate.dataplane.worker;

import io.cellgate.policy.Action;
import io.cellgate.policy.Decision;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** What a device reads in place of a server's response when its request is blocked or sent elsewhere. */
final class BlockPage {
    /** So much fits into one segment of the smallest IPv6 path. */
    private static final int MAX_OCTETS = 1100;

    private BlockPage() {}

    static UnsafeBuffer of(@Nullable Decision decision) {
        String text;
        if (decision != null && decision.action() == Action.REDIRECT
                && decision.location() != null && decision.location().length() < 900) {
            text = "HTTP/1.1 302 Found\r\nLocation: " + decision.location()
                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        } else {
            String body = decision == null
                    ? "Blocked: this request cannot be judged.\n"
                    : "Blocked by rule " + decision.ruleId() + " of policy "
                            + decision.policyName() + ".\n";
            text = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                    + "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n" + body;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return octets.length <= MAX_OCTETS
                ? new UnsafeBuffer(octets)
                : new UnsafeBuffer(
                        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
    }
}
