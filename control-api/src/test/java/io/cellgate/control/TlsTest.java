package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.control.http.ApiServer;
import io.cellgate.control.log.LogRetention;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API under TLS. */
class TlsTest {
    private static final String PASSWORD = "changeit";

    @Test
    void certificate_isServed_andPlainTextIsNotAnswered(@TempDir Path folder) throws Exception {
        KeyStore store = certificate(folder.resolve("store.p12"));
        Path certificate = pem(folder.resolve("cert.pem"), "CERTIFICATE",
                store.getCertificate("api").getEncoded());
        Path key = pem(folder.resolve("key.pem"), "PRIVATE KEY",
                store.getKey("api", PASSWORD.toCharArray()).getEncoded());
        try (GatewayProcess process = GatewayProcess
                .start(new Settings(Settings.Store.in(folder.resolve("data")),
                        new ApiServer.Binding("0.0.0.0", 0, certificate.toString(), key.toString()),
                        LogRetention.DEFAULT, null))) {
            URI api = URI.create("https://127.0.0.1:" + process.apiUri().getPort() + "/healthz");
            try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
                HttpResponse<String> answer = client.send(HttpRequest.newBuilder(api).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
            }
            assertThat(plainText(api.getPort())).doesNotContain("HTTP");
        }
    }

    @Test
    void certificateThatCannotBeRead_isToldAsAWrongOption(@TempDir Path folder) {
        assertThatThrownBy(
                () -> GatewayProcess.start(new Settings(Settings.Store.in(folder.resolve("data")),
                        new ApiServer.Binding("127.0.0.1", 0, folder.resolve("none.pem").toString(),
                                folder.resolve("none.key").toString()),
                        LogRetention.DEFAULT, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--api-cert").hasMessageContaining("none.pem");
    }

    @Test
    void anyAddressOfTheHost_needsTls_ofEitherVersionOfIp() {
        for (String address : new String[]{"0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1"}) {
            assertThatThrownBy(() -> new ApiServer.Binding(address, 0, null, null))
                    .as("%s", address).hasMessageContaining("--api-cert");
        }
    }

    private static String plainText(int port) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5000);
            OutputStream out = socket.getOutputStream();
            out.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static KeyStore certificate(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "api", "-keyalg", "EC", "-dname", "CN=127.0.0.1", "-ext",
                "san=ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore",
                file.toString()).inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static Path pem(Path file, String kind, byte[] octets) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(octets);
        return Files.writeString(file,
                "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private static SSLContext trusting(KeyStore store) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("api", store.getCertificate("api"));
        TrustManagerFactory trust = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
