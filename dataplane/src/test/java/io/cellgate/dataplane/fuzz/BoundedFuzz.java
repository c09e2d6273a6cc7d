package io.cellgate.dataplane.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gives a fuzz target what is nearly right: well-formed inputs with octets changed, cut, repeated or strung together. A
 * bounded number of them in the build; for longer, {@code -Dcellgate.fuzz.seconds=600}; what failed again, by the seed that it
 * names: {@code -Dcellgate.seed=…}. Jazzer, which follows the code's branches, is run by {@code bench/fuzz}.
 */
public final class BoundedFuzz {
    private static final int RUNS = 20_000;
    private static final int MAX_CHANGES = 6;

    private BoundedFuzz() {}

    /** Runs a target on mutations of these inputs; throws what it threw, with the input that it threw it for. */
    public static void run(Consumer<byte[]> target, byte[]... wellFormed) {
        long seed = Long.getLong("cellgate.seed", System.nanoTime());
        long seconds = Long.getLong("cellgate.fuzz.seconds", 0);
        Random random = new Random(seed);
        List<byte[]> inputs = new ArrayList<>(List.of(wellFormed));
        inputs.add(new byte[0]);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int run = 0; run < RUNS || System.nanoTime() - end < 0; run++) {
            byte[] input = run < inputs.size()
                    ? inputs.get(run)
                    : mutated(inputs.get(random.nextInt(inputs.size())), inputs, random);
            try {
                target.accept(input.clone());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", input "
                        + HexFormat.of().formatHex(input), e);
            }
        }
    }

    /** The inputs that are kept as files for a target of Jazzer's. */
    public static byte[][] kept(Class<?> test, String target) {
        Path folder = Path.of("src/test/resources", test.getName().replace('.', '/') + "Inputs",
                target);
        try (Stream<Path> files = Files.list(folder)) {
            List<byte[]> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                all.add(Files.readAllBytes(file));
            }
            return all.toArray(byte[][]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] mutated(byte[] from, List<byte[]> others, Random random) {
        byte[] input = from.clone();
        for (int i = 1 + random.nextInt(MAX_CHANGES); i > 0; i--) {
            input = changed(input, others, random);
        }
        return input;
    }

    private static byte[] changed(byte[] input, List<byte[]> others, Random random) {
        if (input.length == 0) {
            return others.get(random.nextInt(others.size())).clone();
        }
        int at = random.nextInt(input.length);
        return switch (random.nextInt(6)) {
            case 0 -> with(input, at, (byte) (input[at] ^ 1 << random.nextInt(8)));
            case 1 -> with(input, at, (byte) random.nextInt(256));
            case 2 -> with(input, at, (byte) (random.nextBoolean() ? 0xff : 0));
            case 3 -> Arrays.copyOf(input, at);
            case 4 -> joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input,
                    Math.min(input.length, at + 1 + random.nextInt(8)), input.length));
            default -> joined(Arrays.copyOf(input, at),
                    others.get(random.nextInt(others.size())));
        };
    }

    private static byte[] with(byte[] input, int at, byte value) {
        input[at] = value;
        return input;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, Math.min(first.length + second.length, 9000));
        System.arraycopy(second, 0, both, first.length, both.length - first.length);
        return both;
    }
}
