package io.cellgate.inventory.policy;

import io.cellgate.policy.DomainName;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What a list's entries are, and how one entry is always written the same way. */
public enum ListKind {
    /** DNS names: in lower case and ASCII, without the root's dot. */
    NAME {
        @Override
        String canonical(String entry) {
            return DomainName.of(entry).toString();
        }
    },
    /** IP addresses and prefixes: {@code 192.0.2.0/24}, {@code 2001:db8::/32}; no bits beyond the prefix. */
    ADDRESS {
        @Override
        String canonical(String entry) {
            int slash = entry.indexOf('/');
            String host = slash < 0 ? entry : entry.substring(0, slash);
            if ((host.indexOf(':') < 0 && host.chars().filter(c -> c == '.').count() != 3)
                    || host.indexOf('%') >= 0) {
                throw new IllegalArgumentException("not an address");
            }
            byte[] octets = InetAddress.ofLiteral(host).getAddress();
            int length = octets.length * 8;
            if (slash >= 0) {
                String digits = entry.substring(slash + 1);
                if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > length) {
                    throw new IllegalArgumentException("not a prefix length");
                }
                length = Integer.parseInt(digits);
            }
            for (int bit = length; bit < octets.length * 8; bit++) {
                if ((octets[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                    throw new IllegalArgumentException("bits beyond the prefix");
                }
            }
            try {
                String address = InetAddress.getByAddress(octets).getHostAddress();
                return length == octets.length * 8 ? address : address + "/" + length;
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("not an address", e);
            }
        }
    },
    /** Any text of one line. */
    STRING {
        @Override
        String canonical(String entry) {
            if (entry.isEmpty() || entry.length() > 1024
                    || entry.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("not a text of one line");
            }
            return entry;
        }
    };

    /** The entry as it is kept. */
    abstract String canonical(String entry);

    /** What an entry must be. */
    String expected() {
        return switch (this) {
            case NAME -> "a DNS name of at most 253 characters";
            case ADDRESS -> "an IP address or a prefix without bits beyond its length";
            case STRING -> "1 to 1024 characters on one line";
        };
    }
}
