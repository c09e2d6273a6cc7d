package io.cellgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Prerequisites;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run that the launcher's cache is made of, in a network namespace of its own as there. */
class RehearsalTest {
    @TempDir
    Path folder;

    @Test
    void rehearsal_endsByItself_afterADeviceWasAttached() {
        Prerequisites.require("unshare", "ip");
        Command.Result result = JavaProgram
                .of("io.cellgate.control.Rehearsal", folder.toString(), "gateway")
                .behind("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh")
                .run();
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        assertThat(result.err()).contains("user plane of one worker");
    }
}
