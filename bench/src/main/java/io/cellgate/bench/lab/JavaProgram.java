package io.cellgate.bench.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands that start Java programs with this process's Java and class path. */
public final class JavaProgram {
    /** What Agrona's buffers and the foreign function interface need; the launcher has the same. */
    private static final List<String> FLAGS = List.of("--add-exports",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders", "-XX:MaxNewSize=128m", "-XX:MaxGCPauseMillis=20",
            "-XX:+UseTransparentHugePages", "-XX:-ClassUnloadingWithConcurrentMark");

    private JavaProgram() {}

    public static Command of(Class<?> main, String... arguments) {
        return of(main.getName(), arguments);
    }

    /** @param main the full name of the class */
    public static Command of(String main, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(FLAGS);
        words.add("-cp");
        words.add(System.getProperty("java.class.path"));
        words.add(main);
        words.addAll(List.of(arguments));
        return new Command(words);
    }
}
