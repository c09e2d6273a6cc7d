package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that openapi-generator makes of the served document: it compiles, and a program that knows nothing but its
 * types orders SIMs with it, activates one, gives it a policy, follows a list's cursors and reads an error.
 */
@Timeout(600)
class GeneratedClientTest {
    private static final Path GENERATOR = Path
            .of("target/openapi-generator/openapi-generator-cli.jar");

    @Test
    void generatedClient_compiles_andWorksAgainstARunningGateway(@TempDir Path folder)
            throws Exception {
        try (RunningApi api = RunningApi.start(folder.resolve("data"))) {
            Path document = folder.resolve("openapi.json");
            Files.writeString(document, api.send(null, "GET", "/v1/openapi.json", null).is(200)
                    .text());
            assertThat(new JsonObject(Files.readString(document)).getString("openapi"))
                    .startsWith("3.1");
            Path source = folder.resolve("client");
            generate(document, source);
            Files.copy(Path.of("src/test/generated-client/ClientWalk.java"),
                    source.resolve("src/main/java/ClientWalk.java"));
            Path classes = compile(source.resolve("src/main/java"), folder.resolve("classes"));
            String sims = "iccid,imsi\n" + Stream.of(1, 2, 3)
                    .map(i -> TestSims.iccid(i) + "," + TestSims.imsi(i) + "\n")
                    .reduce("", String::concat);
            try (URLClassLoader loader = new URLClassLoader(new URL[]{classes.toUri().toURL()})) {
                Method walk = loader.loadClass("ClientWalk").getMethod("walk", String.class,
                        String.class, String.class);
                walk.invoke(null, api.process.apiUri().toString(), api.operator, sims);
            }
        }
    }

    private static void generate(Path document, Path to) throws Exception {
        assertThat(GENERATOR).as("what Maven fetches before tests").exists();
        Path log = to.resolveSibling("generator.log");
        Process generator = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-jar", GENERATOR.toString(), "generate", "-g", "java",
                "--library", "native", "-i", document.toString(), "-o", to.toString(),
                "--global-property",
                "apiDocs=false,modelDocs=false,apiTests=false,modelTests=false",
                "--additional-properties", "invokerPackage=io.cellgate.client,"
                        + "apiPackage=io.cellgate.client.api,modelPackage=io.cellgate.client.model,"
                        + "openApiNullable=false,containerDefaultToNull=true,"
                        + "useJakartaEe=true,hideGenerationTimestamp=true")
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(generator.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(generator.exitValue()).as(Files.readString(log)).isZero();
    }

    private static Path compile(Path source, Path classes) throws Exception {
        List<String> line = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d",
                classes.toString(), "-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(source)) {
            files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(line::add);
        }
        assertThat(line).hasSizeGreaterThan(150);
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(compiler.run(null, said, said, line.toArray(String[]::new)))
                .as(said.toString(StandardCharsets.UTF_8)).isZero();
        return classes;
    }
}
