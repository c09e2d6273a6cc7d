package io.cellgate.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads addresses as options give them: literals, so that no resolver is asked while the gateway starts. */
final class HostPort {
    private HostPort() {}

    static InetAddress address(String option, String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notOne) {
            throw new IllegalArgumentException(
                    option + ": got \"" + text + "\", expected an IPv4 or IPv6 address", notOne);
        }
    }

    /** {@code 192.0.2.1}, {@code 192.0.2.1:5353}, {@code 2001:db8::1} or {@code [2001:db8::1]:5353}. */
    static InetSocketAddress endpoint(String option, String text, int defaultPort) {
        String host = text;
        String port = "";
        if (text.startsWith("[") && text.indexOf(']') > 0) {
            host = text.substring(1, text.indexOf(']'));
            port = text.substring(text.indexOf(']') + 1);
            if (!port.isEmpty() && !port.startsWith(":")) {
                throw new IllegalArgumentException(
                        option + ": got \"" + text + "\", expected [address]:port");
            }
            port = port.isEmpty() ? "" : port.substring(1);
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            host = text.substring(0, text.indexOf(':'));
            port = text.substring(text.indexOf(':') + 1);
        }
        int number = defaultPort;
        if (!port.isEmpty()) {
            try {
                number = Integer.parseInt(port);
            } catch (NumberFormatException notANumber) {
                number = -1;
            }
            if (number < 1 || number > 65535) {
                throw new IllegalArgumentException(option + ": got port \"" + port
                        + "\" in \"" + text + "\", expected 1 to 65535");
            }
        }
        return new InetSocketAddress(address(option, host), number);
    }

    /** The address that a literal or a name of this host means. */
    static InetAddress resolve(String option, String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException(
                    option + ": got \"" + text + "\", expected an address of this host", unknown);
        }
    }

    /** The name servers of this host, /etc/resolv.conf; those of the loopback network work from here as well. */
    static List<InetSocketAddress> systemNameServers() {
        Path file = Path.of("/etc/resolv.conf");
        List<InetSocketAddress> servers = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.strip().split("\\s+", -1);
                if (words.length >= 2 && words[0].equals("nameserver")
                        && words[1].indexOf('%') < 0) {
                    servers.add(new InetSocketAddress(address(file.toString(), words[1]), 53));
                }
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "--dns-upstream: got none and " + file + " cannot be read, expected one",
                    unreadable);
        }
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("--dns-upstream: got none and " + file
                    + " has no name server, expected one");
        }
        return servers;
    }
}
