package io.cellgate.dataplane.signalling;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** FreeRADIUS' radclient with its dictionary of 3GPP: a carrier's gateway that nobody here wrote. */
final class RadClient {
    static final String SECRET = "a-shared-secret-of-test";

    private RadClient() {}

    /** Aborts the test where the program is missing. */
    static void require() {
        try {
            Process process = new ProcessBuilder("radclient", "-v").redirectErrorStream(true)
                    .start();
            byte[] _ = process.getInputStream().readAllBytes();
            Assumptions.assumeTrue(process.waitFor() == 0);
        } catch (IOException e) {
            Assumptions.abort(
                    "missing here: the program radclient; ./cellgate test installs the programs");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The attributes of a message, by their names in FreeRADIUS' dictionaries. */
    static final class Message {
        private final Map<String, String> attributes = new LinkedHashMap<>();

        static Message of(String status, String session) {
            return new Message().with("Acct-Status-Type", status)
                    .with("Acct-Session-Id", '"' + session + '"')
                    .with("NAS-IP-Address", "192.0.2.9");
        }

        static Message start(String session, String imsi, String address) {
            return of("Start", session).with("3GPP-IMSI", '"' + imsi + '"')
                    .with("Framed-IP-Address", address).with("Called-Station-Id", "\"iot\"")
                    .with("Calling-Station-Id", "\"491700000001\"");
        }

        Message with(String attribute, String value) {
            attributes.put(attribute, value);
            return this;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            attributes.forEach((name, value) -> text.append(name).append(" = ").append(value)
                    .append('\n'));
            return text.toString();
        }
    }

    /** Sends a message; whether it was answered, at last, with what the secret vouches for. */
    static boolean send(Message message, InetSocketAddress to, String secret) {
        return send(message, to, secret, "20");
    }

    /** Sends a message that there is no answer to expect to; whether there was one all the same. */
    static boolean sendInVain(Message message, InetSocketAddress to, String secret) {
        return send(message, to, secret, "0.5");
    }

    private static boolean send(Message message, InetSocketAddress to, String secret,
            String seconds) {
        try {
            Process process = new ProcessBuilder("radclient", "-x", "-t", seconds, "-r", "1",
                    to.getAddress().getHostAddress() + ":" + to.getPort(), "acct", secret)
                    .redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(message.toString().getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            if (process.waitFor() != 0 && !said.contains("No reply")) {
                throw new AssertionError("radclient: " + said);
            }
            return said.contains("Received Accounting-Response");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
