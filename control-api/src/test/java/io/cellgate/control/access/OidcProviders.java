package io.cellgate.control.access;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two OpenID Connect providers in a process of their own: npm's oidc-provider, under Node.js. The first signs with RS256,
 * knows Cellgate as a public client and tells e-mail addresses by UserInfo; the second signs with ES256, has a client
 * secret, and puts them into the ID token. It ends with this process.
 */
public final class OidcProviders implements AutoCloseable {
    public static final String SECRET = "the-client-secret-of-the-second-provider";
    private static final Path SOURCE = Path.of("src/test/oidc-provider");
    private static final Path HOME = Path.of("target/oidc-provider");

    private final Process process;
    private final BufferedReader out;
    public final String first;
    public final String second;

    private OidcProviders(Process process, BufferedReader out, int first, int second) {
        this.process = process;
        this.out = out;
        this.first = "http://127.0.0.1:" + first;
        this.second = "http://127.0.0.1:" + second;
    }

    /** Whether what it needs is installed. */
    public static boolean canRun() {
        return Stream.of("node", "npm").allMatch(program -> Stream
                .of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
    }

    public static OidcProviders start() throws Exception {
        install();
        int first = freePort();
        int second = freePort();
        JsonArray wanted = new JsonArray()
                .add(new JsonObject().put("port", first).put("algorithm", "RS256")
                        .put("clients", clients(new JsonObject().put("token_endpoint_auth_method",
                                "none")))
                        .put("accounts", new JsonObject()
                                .put("alice", account("Alice@acme.example", true))
                                .put("mallory", account("bob@acme.example", false))
                                .put("stranger", account("stranger@acme.example", true))))
                .add(new JsonObject().put("port", second).put("algorithm", "ES256")
                        .put("claimsInIdToken", true)
                        .put("clients", clients(new JsonObject().put("client_secret", SECRET)))
                        .put("accounts", new JsonObject()
                                .put("alice", account("alice@acme.example", true))
                                .put("bob", account("bob@rival.example", true))));
        Process process = new ProcessBuilder("node", "provider.mjs", wanted.encode())
                .directory(HOME.toFile()).redirectError(HOME.resolve("err.log").toFile()).start();
        OidcProviders started = new OidcProviders(process,
                new BufferedReader(new InputStreamReader(process.getInputStream(),
                        StandardCharsets.UTF_8)),
                first, second);
        started.awaitReady();
        return started;
    }

    /** Once in a checkout; again when what is wanted changes. */
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(HOME);
        for (String name : List.of("provider.mjs", "package.json", ".npmrc")) {
            Files.copy(SOURCE.resolve(name), HOME.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Path lock = HOME.resolve("package-lock.json");
        if (Files.exists(HOME.resolve("node_modules/oidc-provider"))
                && Files.mismatch(lock, SOURCE.resolve("package-lock.json")) < 0) {
            return;
        }
        Path log = HOME.toAbsolutePath().resolve("npm.log");
        Files.copy(SOURCE.resolve("package-lock.json"), lock,
                StandardCopyOption.REPLACE_EXISTING);
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--prefer-offline")
                .directory(HOME.toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
                .start();
        if (!npm.waitFor(240, TimeUnit.SECONDS) || npm.exitValue() != 0) {
            npm.destroyForcibly();
            Files.delete(lock);
            throw new AssertionError("npm ci failed: " + Files.readString(log));
        }
    }

    private static JsonArray clients(JsonObject more) {
        return new JsonArray().add(new JsonObject().put("client_id", "cellgate")
                .put("redirect_uris", new JsonArray().add("http://127.0.0.1/callback"))
                .mergeIn(more));
    }

    private static JsonObject account(String email, boolean verified) {
        return new JsonObject().put("email", email).put("email_verified", verified);
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void awaitReady() throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals("ready")) {
                return;
            }
        }
        throw new AssertionError("the providers did not start: "
                + Files.readString(HOME.resolve("err.log")));
    }

    /** Each provider signs with a new key from now on. */
    public void rotateKeys() throws IOException {
        process.getOutputStream().write("rotate\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        awaitReady();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
