package io.cellgate.inventory.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.PartResult;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellTableTest {
    private static final String FILE = """
            radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal
            LTE,262,1,4711,84674305,0,13.404954,52.520008,1500,10,1,1450000000,1450000000,0
            GSM,232,3,801,86,0,15.439504,47.070714,3000,5,1,1450000000,1450000000,0
            UMTS,232,3,801,65622,0,-180,-90,,5,1,1450000000,1450000000,0
            NR,262,1,1,68719476735,0,13.4,52.5,1000,1,1,0,0,0
            LTE,262,1,4711,84674305,0,13.5,52.6,100,1,1,0,0,0
            WLAN,262,1,1,1,0,13.4,52.5,1000,1,1,0,0,0
            LTE,262,1,1,1,0,13.4,91,1000,1,1,0,0,0
            LTE,262,1,1
            """;

    @TempDir
    Path folder;

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CellTable.Site site(CellTable table, String cell) {
        return Objects.requireNonNull(table.find(CellId.parse(cell)), cell);
    }

    @Test
    void file_asOpenCellIdWritesThem_isATable_andEachWrongLineIsTold() throws IOException {
        try (Inventory inventory = Inventory.open(folder, InstantSource.system())) {
            CellStore.Summary summary = inventory.cells().replace(Fixture.TESTER, stream(FILE))
                    .require();

            assertThat(summary.cells()).isEqualTo(2);
            assertThat(summary.lines()).isEqualTo(8);
            assertThat(summary.otherRadios()).isEqualTo(1);
            assertThat(summary.rejected()).isEqualTo(3);
            CellTable table = inventory.cells().table();
            // the later line of a cell counts; GSM's and UTRAN's cell of one LAC and CI are one
            assertThat(site(table, "26201-84674305").point().latitude()).isCloseTo(52.6,
                    within(2e-5));
            assertThat(site(table, "26201-84674305").rangeMetres()).isEqualTo(100);
            assertThat(site(table, "23203-801-86").point().longitude()).isCloseTo(-180,
                    within(2e-5));
            assertThat(table.find(CellId.parse("26201-84674306"))).isNull();
            assertThat(table.find(CellId.parse("26202-84674305"))).isNull();
            assertThat(table.octets()).isEqualTo(16 + 2 * 16);

            List<PartResult> told = inventory.operations().results(Scope.OPERATOR,
                    summary.operation(), false, PageRequest.FIRST).require().items();
            assertThat(told).extracting(PartResult::part).containsExactly(7L, 8L, 9L);
            assertThat(told.getFirst().detail()).contains("WLAN", "expected one of");
            assertThat(told.get(1).detail()).contains("91");
        }
        // it is there at the next start
        try (Inventory inventory = Inventory.open(folder, InstantSource.system())) {
            assertThat(inventory.cells().table().cells()).isEqualTo(2);
        }
    }

    @Test
    void file_withoutHeader_hasTheUsualColumns_andAnotherFileChangesNothing() throws IOException {
        try (Inventory inventory = Inventory.open(folder, InstantSource.system())) {
            String bare = FILE.substring(FILE.indexOf('\n') + 1);
            inventory.cells().replace(Fixture.TESTER, stream(bare)).require();
            assertThat(inventory.cells().replace(Fixture.TESTER, stream("iccid,imsi\n1,2\n")))
                    .isInstanceOf(Outcome.Invalid.class);
            assertThat(inventory.cells().table().cells()).isEqualTo(2);
            assertThatThrownBy(() -> inventory.cells().replace(Fixture.TESTER,
                    new java.io.SequenceInputStream(stream(FILE), new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("broken off");
                        }

                        @Override
                        public int read(byte[] into, int offset, int length)
                                throws IOException {
                            throw new IOException("broken off");
                        }
                    }))).isInstanceOf(IOException.class);
            assertThat(inventory.cells().table().cells()).isEqualTo(2);
            assertThat(inventory.operations().list(Scope.OPERATOR, "cells.import",
                    Operation.State.BROKEN_OFF, PageRequest.FIRST).items()).hasSize(1);
            try (var files = Files.list(folder)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .noneMatch(name -> name.matches("cells[0-9]+"));
            }
        }
    }

    @Test
    void manyCells_inAnyOrder_areFoundAgain_fromSeveralRuns() throws IOException {
        long seed = 4711;
        Random random = new Random(seed);
        int count = 1_300_000; // more than a run
        try (CellRuns runs = new CellRuns(folder)) {
            for (int i = 0; i < count; i++) {
                runs.add(new CellId(io.cellgate.policy.subject.Plmn.parse("26201"), null,
                        (int) (i * 7_919L % count)).key(),
                        CellTable.value(random.nextDouble() * 180 - 90, i % 360 - 180, 0));
            }
            assertThat(runs.writeTo(folder.resolve("table"))).isEqualTo(count);
        }
        CellTable table = CellTable.open(folder.resolve("table"));
        for (int i = 0; i < count; i += 997) {
            assertThat(site(table, "26201-" + i * 7_919L % count).point().longitude())
                    .isCloseTo(i % 360 - 180, within(2e-5));
        }
        Files.write(folder.resolve("cut"),
                java.util.Arrays.copyOf(Files.readAllBytes(folder.resolve("table")), 1000));
        assertThatThrownBy(() -> CellTable.open(folder.resolve("cut")))
                .hasMessageContaining("cut short");
    }
}
