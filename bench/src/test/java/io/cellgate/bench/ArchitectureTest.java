package io.cellgate.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The directions of knowledge between modules, and names that say nothing (docs/architecture.md). */
@AnalyzeClasses(packages = "io.cellgate", importOptions = {ImportOption.DoNotIncludeTests.class,
        ArchitectureTest.NoBenchmarks.class})
class ArchitectureTest {
    /** A benchmark may stand in the package of what it measures, to reach what is not public. */
    static final class NoBenchmarks implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("Benchmark");
        }
    }

    @ArchTest
    static final ArchRule policy_knowsNoTransportAndNoOtherModule = noClasses().that()
            .resideInAPackage("io.cellgate.policy..").should()
            .dependOnClassesThat().resideInAnyPackage("io.netty..", "io.vertx..",
                    "java.nio.channels..", "java.sql..", "io.cellgate.dns..",
                    "io.cellgate.inventory..", "io.cellgate.dataplane..",
                    "io.cellgate.control..", "io.cellgate.bench..");

    @ArchTest
    static final ArchRule dnsFilter_knowsPolicyAlone = noClasses().that()
            .resideInAPackage("io.cellgate.dns..").should()
            .dependOnClassesThat().resideInAnyPackage("io.cellgate.inventory..",
                    "io.cellgate.dataplane..", "io.cellgate.control..",
                    "io.cellgate.bench..");

    @ArchTest
    static final ArchRule inventory_knowsNoPackets = noClasses().that()
            .resideInAPackage("io.cellgate.inventory..").should()
            .dependOnClassesThat().resideInAnyPackage("io.cellgate.dns..",
                    "io.cellgate.dataplane..", "io.cellgate.control..",
                    "io.cellgate.bench..", "io.netty..");

    @ArchTest
    static final ArchRule dataplane_knowsNeitherInventoryNorApi = noClasses().that()
            .resideInAPackage("io.cellgate.dataplane..").should()
            .dependOnClassesThat().resideInAnyPackage("io.cellgate.inventory..",
                    "io.cellgate.control..", "io.cellgate.bench..", "io.vertx..",
                    "java.sql..");

    @ArchTest
    static final ArchRule nothingThatRuns_knowsTheBench = noClasses().that()
            .resideInAPackage("io.cellgate.control..").should()
            .dependOnClassesThat().resideInAPackage("io.cellgate.bench..");

    @ArchTest
    static final ArchRule modules_areFreeOfCycles = slices().matching("io.cellgate.(*)..").should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule names_saySomething = classes().should()
            .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl)$");

    @ArchTest
    static final ArchRule packages_areFeatures = noClasses().should().resideInAnyPackage(
            "..model..", "..service..", "..impl..",
            "..util..");
}
