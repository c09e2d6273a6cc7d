package io.cellgate.policy;

/** The written forms of numbers with units, durations and times of day. */
final class Literals {
    static final long DAY_SECONDS = 86_400;

    private Literals() {}

    /** Of hh:mm or hh:mm:ss (24:00 is the day's end), else -1. */
    static long secondsOfDay(String text) {
        boolean shape = (text.length() == 5 || text.length() == 8 && text.charAt(5) == ':')
                && text.charAt(2) == ':';
        if (!shape) {
            return -1;
        }
        int hours = twoDigits(text, 0);
        int minutes = twoDigits(text, 3);
        int seconds = text.length() == 8 ? twoDigits(text, 6) : 0;
        long all = hours * 3600L + minutes * 60L + seconds;
        boolean ok = hours >= 0 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60
                && all <= DAY_SECONDS;
        return ok ? all : -1;
    }

    private static int twoDigits(String text, int at) {
        char tens = text.charAt(at);
        char ones = text.charAt(at + 1);
        boolean ok = tens >= '0' && tens <= '9' && ones >= '0' && ones <= '9';
        return ok ? 10 * (tens - '0') + ones - '0' : -1_000_000;
    }

    static String timeText(long seconds) {
        String text = two(seconds / 3600) + ":" + two(seconds / 60 % 60);
        return seconds % 60 == 0 ? text : text + ":" + two(seconds % 60);
    }

    private static String two(long value) {
        return value < 10 ? "0" + value : Long.toString(value);
    }

    /**
     * A whole number, which may carry a unit of octets: KB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (of
     * 1024).
     *
     * @throws NumberFormatException if it is none, or does not fit 63 bits
     */
    static long number(String text) {
        int digits = text.startsWith("-") ? 1 : 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        long factor = switch (text.substring(digits)) {
            case "" -> 1L;
            case "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            case "TB" -> 1_000_000_000_000L;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            default -> throw new NumberFormatException("unit");
        };
        try {
            return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), factor);
        } catch (ArithmeticException e) {
            throw new NumberFormatException("too large");
        }
    }

    /** Seconds of a duration such as 90s, 15m, 8h30m or 1d, else -1. */
    static long durationSeconds(String text) {
        long all = 0;
        int at = 0;
        long lastUnit = Long.MAX_VALUE;
        while (at < text.length()) {
            long value = 0;
            int from = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                value = 10 * value + text.charAt(at++) - '0';
                if (at - from > 9) {
                    return -1;
                }
            }
            if (at == from || at == text.length()) {
                return -1;
            }
            long unit = switch (text.charAt(at++)) {
                case 's' -> 1;
                case 'm' -> 60;
                case 'h' -> 3600;
                case 'd' -> DAY_SECONDS;
                default -> Long.MAX_VALUE;
            };
            if (unit >= lastUnit) {
                return -1;
            }
            lastUnit = unit;
            all += value * unit;
        }
        return text.isEmpty() ? -1 : all;
    }
}
