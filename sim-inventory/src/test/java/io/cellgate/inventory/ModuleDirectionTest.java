package io.cellgate.inventory;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.cellgate.inventory", importOptions = DoNotIncludeTests.class)
class ModuleDirectionTest {
    @ArchTest
    static final ArchRule inventory_knowsOfCellgate_thePolicyModuleAlone = noClasses().should()
            .dependOnClassesThat().resideInAnyPackage("io.cellgate.dataplane..",
                    "io.cellgate.dns..", "io.cellgate.control..", "io.cellgate.bench..");

    @ArchTest
    static final ArchRule inventory_knowsNoTransport = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..");

    @ArchTest
    static final ArchRule features_doNotGoInCircles = slices()
            .matching("io.cellgate.inventory.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule features_doNotKnowTheWhole = noClasses().that()
            .resideInAPackage("io.cellgate.inventory.*..").should().dependOnClassesThat()
            .haveFullyQualifiedName("io.cellgate.inventory.Inventory");

    @ArchTest
    static final ArchRule cipherKeys_areTheVaultsAlone = classes().that()
            .resideOutsideOfPackage("io.cellgate.inventory.vault").should()
            .onlyDependOnClassesThat().resideOutsideOfPackage("javax.crypto..");
}
