package io.cellgate.inventory.batch;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.LineResult.Verdict;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.vault.SimSecret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class ImportTest {
    private final TestStore store;

    private static final String HEADER = "iccid,imsi,msisdn,ki,opc\n";

    @TempDir
    Path folder;
    private Inventory inventory;
    private Batch batch;
    private final List<LineResult> results = new ArrayList<>();

    ImportTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        inventory = store.open(folder, InstantSource.system());
        batch = inventory.batches().create(TESTER, Fixture.product(inventory).id(), "first")
                .require();
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private ImportSummary importCsv(String text) throws IOException {
        return importOctets(ImportFormat.CSV, text.getBytes(StandardCharsets.UTF_8));
    }

    private ImportSummary importOctets(ImportFormat format, byte[] file) throws IOException {
        results.clear();
        return Fixture.importText(inventory, batch, format, file, results);
    }

    private long stored() {
        return inventory.sims().count(Scope.OPERATOR, SimFilter.ALL);
    }

    @Test
    void fileOfTenThousand_isImported_andWhenRepeatedFoundUnchanged() throws IOException {
        int count = Integer.getInteger("cellgate.import.lines", 10_000);
        long begun = System.nanoTime();
        ImportSummary summary = inventory.batches().importSims(TESTER, batch.id(),
                Fixture.csv(0, count), ImportFormat.CSV, _ -> {}).require();
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        System.out.printf("measured: imported %d SIMs in %d ms, %d a second%n", count, millis,
                count * 1000L / millis);
        assertThat(summary).isEqualTo(new ImportSummary(count, 0, 0, 0));
        assertThat(stored()).isEqualTo(count);
        assertThat(inventory.batches().find(batch.id()).require().sims()).isEqualTo(count);

        begun = System.nanoTime();
        assertThat(inventory.batches().importSims(TESTER, batch.id(), Fixture.csv(0, count),
                ImportFormat.CSV, _ -> {}).require())
                .isEqualTo(new ImportSummary(0, count, 0, 0));
        System.out.printf("measured: found %d SIMs unchanged in %d ms%n", count,
                Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }

    /** A file that deletes its batch as it is read. */
    private InputStream deleting(String before, String after, List<Outcome<Batch>> deleted) {
        return new SequenceInputStream(new ByteArrayInputStream(ascii(before)),
                new ByteArrayInputStream(ascii(after)) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        if (deleted.isEmpty()) {
                            deleted.add(inventory.batches().delete(TESTER, batch.id(), null));
                        }
                        return super.read(into, offset, length);
                    }
                });
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void batch_isNotDeletedWhileItIsImported_norWithSims() throws IOException {
        List<Outcome<Batch>> deleted = new ArrayList<>();
        assertThat(inventory.batches().importSims(TESTER, batch.id(),
                deleting(HEADER, Fixture.csvLine(1), deleted), ImportFormat.CSV, _ -> {})
                .require().imported()).isEqualTo(1);
        assertThat(deleted).singleElement().isInstanceOfSatisfying(Outcome.Conflict.class,
                conflict -> assertThat(conflict.detail()).contains("imports into"));
        assertThat(inventory.batches().delete(TESTER, batch.id(), null))
                .isInstanceOfSatisfying(Outcome.Conflict.class,
                        conflict -> assertThat(conflict.detail()).contains("has SIMs"));
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void batch_thatIsDeletedBeforeItsImportBegins_isAbsent() throws IOException {
        List<Outcome<Batch>> deleted = new ArrayList<>();
        assertThat(inventory.batches().importSims(TESTER, batch.id(),
                deleting("", HEADER + Fixture.csvLine(1), deleted), ImportFormat.CSV, _ -> {}))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(deleted).singleElement().isInstanceOf(Outcome.Done.class);
        assertThat(stored()).isZero();
        assertThat(inventory.operations().list(Scope.OPERATOR, null, null, PageRequest.FIRST)
                .items()).singleElement().satisfies(operation -> {
                    assertThat(operation.state()).isEqualTo(Operation.State.BROKEN_OFF);
                    assertThat(operation.detail()).isEqualTo("its batch was deleted");
                });
        Product product = inventory.products().list(null, PageRequest.FIRST).items().getFirst();
        assertThat(inventory.batches().create(TESTER, product.id(), batch.name()).require().id())
                .isNotEqualTo(batch.id());
    }

    @Test
    void secrets_areOpenedAsTheyCame_andNowhereInTheFilesOfTheDatabase() throws IOException {
        assertThat(importCsv(HEADER + Fixture.csvLine(7)).imported()).isEqualTo(1);
        SimSecret secret = inventory.vault().secretOf(Fixture.iccidOf(7));
        assertThat(secret).isEqualTo(SimSecret.ofHex(Fixture.ki(7), Fixture.opc(7)));
        assertThat(String.valueOf(secret)).isEqualTo("SimSecret[sealed]");
        String octets = HexFormat.of().formatHex(store.octets(folder));
        for (String key : List.of(Fixture.ki(7), Fixture.opc(7))) {
            String asText = HexFormat.of().formatHex(key.getBytes(StandardCharsets.US_ASCII));
            String asLower = HexFormat.of().formatHex(
                    key.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
            assertThat(octets.contains(key.toLowerCase(Locale.ROOT))).isFalse();
            assertThat(octets.contains(asText)).isFalse();
            assertThat(octets.contains(asLower)).isFalse();
        }
    }

    @Test
    void line_withAWrongValue_isRejectedAndSaysWhich_andTheOthersAreImported() throws IOException {
        String wrongLuhn = Fixture.iccid(1).substring(0, 18)
                + (Fixture.iccid(1).charAt(18) == '0' ? '1' : '0');
        ImportSummary summary = importCsv(HEADER + Fixture.csvLine(0)
                + wrongLuhn + ",262990000000001,,,\n"
                + Fixture.iccid(2) + ",26299x,,,\n"
                + Fixture.iccid(3) + ",262990000000003,+49 151,,\n"
                + Fixture.iccid(4) + ",262990000000004,," + Fixture.ki(4) + ",\n"
                + Fixture.iccid(5) + ",262990000000005,," + Fixture.ki(5) + ",beef\n"
                + Fixture.iccid(6) + ",262990000000006\n"
                + "\n"
                + Fixture.iccid(7) + ",262990000000007,+4915112345678,,\n");
        assertThat(summary).isEqualTo(new ImportSummary(2, 0, 0, 6));
        assertThat(results).extracting(LineResult::line).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L,
                10L);
        assertThat(results.get(1).detail()).contains("expected check digit");
        assertThat(results.get(2).detail())
                .isEqualTo("imsi: got 6 characters, expected 6 to 15 digits");
        assertThat(results.get(3).detail()).startsWith("msisdn: got 6 characters");
        assertThat(results.get(4).detail()).startsWith("opc: got nothing");
        assertThat(results.get(5).detail()).isEqualTo("opc: got 4 hexadecimal digits, expected 32");
        assertThat(results.get(6).detail()).isEqualTo("got 2 values, expected 5");
        assertThat(inventory.sims().find(Scope.OPERATOR, Fixture.iccidOf(7)).require().msisdn())
                .isEqualTo("4915112345678");
        assertThat(results).noneMatch(result -> result.toString().contains(Fixture.ki(4))
                || result.toString().contains(Fixture.ki(5)));
    }

    @Test
    void number_thatAnotherSimHas_isADuplicate_withinTheFileAndBefore() throws IOException {
        importCsv(HEADER + Fixture.csvLine(0));
        ImportSummary summary = importCsv(HEADER
                + Fixture.csvLine(0)
                + Fixture.iccid(0) + "," + Fixture.imsi(9) + ",,,\n"
                + Fixture.iccid(1) + "," + Fixture.imsi(0) + ",,,\n"
                + Fixture.iccid(2) + "," + Fixture.imsi(2) + "," + Fixture.msisdn(0) + ",,\n"
                + Fixture.csvLine(3) + Fixture.csvLine(3)
                + Fixture.iccid(4) + "," + Fixture.imsi(3) + ",,,\n"
                + Fixture.iccid(0) + "," + Fixture.imsi(0) + "," + Fixture.msisdn(0) + ","
                + Fixture.ki(1) + "," + Fixture.opc(0) + "\n");
        assertThat(results).extracting(LineResult::verdict).containsExactly(Verdict.UNCHANGED,
                Verdict.DUPLICATE, Verdict.DUPLICATE, Verdict.DUPLICATE, Verdict.IMPORTED,
                Verdict.UNCHANGED, Verdict.DUPLICATE, Verdict.DUPLICATE);
        assertThat(results.get(2).detail())
                .isEqualTo("imsi: got " + Fixture.imsi(0) + ", which sim " + Fixture.iccid(0)
                        + " has");
        assertThat(summary).isEqualTo(new ImportSummary(1, 2, 5, 0));
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void hostileCsv_spoilsItsOwnLinesOnly() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(new byte[]{(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
        write(file, "\"ICCID\", IMSI ,msisdn,ki,opc\r\n");
        write(file, Fixture.csvLine(1).replace("\n", "\r\n"));
        write(file, "\"" + Fixture.iccid(2) + "\"," + Fixture.imsi(2) + ",,,\n");
        write(file, "\"" + Fixture.iccid(3) + "," + Fixture.imsi(3) + ",,,\n");
        write(file, Fixture.iccid(4) + "\",\"" + Fixture.imsi(4) + "\",,,\n");
        write(file, "=cmd|' /C calc'!A0," + Fixture.imsi(5) + ",,,\n");
        write(file, Fixture.iccid(6) + ",\u0000" + Fixture.imsi(6) + ",,,\n");
        write(file, "x".repeat(5_000_000) + "\n");
        file.write(new byte[]{(byte) 0xC3, (byte) 0x28, '\n'});
        write(file, Fixture.iccid(7) + "'); drop table sim; --," + Fixture.imsi(7) + ",,,\n");
        write(file, ",,,,\n" + ",".repeat(100) + "\n");
        write(file, Fixture.csvLine(8).stripTrailing());
        ImportSummary summary = importOctets(ImportFormat.CSV, file.toByteArray());
        assertThat(results).filteredOn(result -> result.verdict() == Verdict.IMPORTED)
                .extracting(LineResult::iccid)
                .containsExactly(Fixture.iccid(1), Fixture.iccid(2), Fixture.iccid(8));
        assertThat(summary).isEqualTo(new ImportSummary(3, 0, 0, 9));
        assertThat(results).extracting(LineResult::detail).contains(
                "got a line of 5000000 octets, expected at most 4096",
                "got octets that are not UTF-8, expected UTF-8",
                "got a quote out of place, expected quotes around a whole value",
                "iccid: got 18 characters, expected 18 to 20 digits");
        assertThat(results).anyMatch(result -> result.detail().contains("control character 0"));
        assertThat(stored()).isEqualTo(3);
    }

    private static void write(ByteArrayOutputStream file, String text) {
        file.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void file_withAWrongHeader_isInvalidAsAWhole_andItsTextIsNotRepeated() throws IOException {
        for (String header : List.of("", "\n", "iccid\n", "iccid,imsi,ki\n",
                "iccid,imsi,colour\n", "iccid,imsi,imsi\n", Fixture.csvLine(0), "\"iccid,imsi\n",
                "x".repeat(10_000))) {
            Outcome<ImportSummary> outcome = inventory.batches().importSims(TESTER, batch.id(),
                    new ByteArrayInputStream(header.getBytes(StandardCharsets.UTF_8)),
                    ImportFormat.CSV, results::add);
            assertThat(outcome).isInstanceOf(Outcome.Invalid.class);
            assertThat(outcome.toString()).contains("/line/1").doesNotContain(Fixture.ki(0));
        }
        assertThat(results).isEmpty();
        assertThat(stored()).isZero();
    }

    @Test
    void ndjson_isReadLineByLine() throws IOException {
        ImportSummary summary = importOctets(ImportFormat.NDJSON,
                ("{\"iccid\":\"" + Fixture.iccid(1) + "\",\"imsi\":\"" + Fixture.imsi(1)
                        + "\",\"msisdn\":null,\"ki\":\"" + Fixture.ki(1) + "\",\"opc\":\""
                        + Fixture.opc(1) + "\"}\n"
                        + "{\"iccid\":" + Fixture.iccid(2) + "}\n"
                        + "{\"iccid\":\"1\",\"iccid\":\"2\"}\n"
                        + "{\"colour\":\"red\"}\n"
                        + "[]\n"
                        + "{\"iccid\":\"" + Fixture.ki(3) + "\n"
                        + "{}{}\n"
                        + "[".repeat(4000) + "\n"
                        + "{\"iccid\":\"" + Fixture.iccid(3) + "\",\"imsi\":\"" + Fixture.imsi(3)
                        + "\"}\n")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(summary).isEqualTo(new ImportSummary(2, 0, 0, 7));
        assertThat(results.toString()).doesNotContain(Fixture.ki(3));
        assertThat(inventory.vault().secretOf(Fixture.iccidOf(3))).isNull();
    }

    @Test
    void anyOctets_areJudgedWithoutAnException() throws IOException {
        long seed = Long.getLong("cellgate.seed", new Random().nextLong());
        Random random = new Random(seed);
        String alphabet = "\",\n\r{}[]:= 0123456789abcdef\u0000\uFEFFé";
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder(round % 2 == 0 ? HEADER : "");
            int length = random.nextInt(400);
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
            ImportFormat format = round % 4 < 2 ? ImportFormat.CSV : ImportFormat.NDJSON;
            assertThat(inventory.batches().importSims(TESTER, batch.id(),
                    new ByteArrayInputStream(file), format, results::add)).as("seed %d", seed)
                    .isNotNull();
        }
        assertThat(stored()).isZero();
    }

    @Test
    void file_thatBreaksOff_keepsWhatWasTold_andIsFinishedByRepeatingIt() {
        InputStream broken = new InputStream() {
            private final InputStream whole = Fixture.csv(0, 10_000);
            private int left = 500_000;

            @Override
            public int read() throws IOException {
                return whole.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the line went dead");
                }
                int read = whole.read(into, offset, length);
                left -= read;
                return read;
            }
        };
        assertThatThrownBy(() -> {
            Outcome<ImportSummary> none = inventory.batches().importSims(TESTER, batch.id(), broken,
                    ImportFormat.CSV, results::add);
            throw new AssertionError("expected it to break off, got " + none);
        }).hasMessage("the line went dead");
        assertThat(stored()).isEqualTo(results.size()).isGreaterThan(1000);
        int told = results.size();
        assertThat(importAgain()).isEqualTo(new ImportSummary(10_000 - told, told, 0, 0));
    }

    private ImportSummary importAgain() {
        try {
            return inventory.batches().importSims(TESTER, batch.id(), Fixture.csv(0, 10_000),
                    ImportFormat.CSV, _ -> {}).require();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
