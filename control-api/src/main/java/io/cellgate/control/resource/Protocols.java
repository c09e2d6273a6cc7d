package io.cellgate.control.resource;

/** IP protocols by the words that policies have for them. */
final class Protocols {
    private Protocols() {}

    static String text(int number) {
        return switch (number) {
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 58 -> "icmpv6";
            case 132 -> "sctp";
            default -> Integer.toString(number);
        };
    }

    static int number(String text) {
        return switch (text) {
            case "icmp" -> 1;
            case "tcp" -> 6;
            case "udp" -> 17;
            case "icmpv6" -> 58;
            case "sctp" -> 132;
            default -> {
                int number = Integer.parseInt(text);
                if (number < 0 || number > 255) {
                    throw new IllegalArgumentException("no protocol");
                }
                yield number;
            }
        };
    }
}
