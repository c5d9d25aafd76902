import { describe, expect, it } from 'vitest';
import { describeTree } from '../../support/manifest-tree.js';

describe('pom.xml', () => {
  it('inherits group, version, properties, managed versions and dependencies from parents in the project', async () => {
    expect(
      await describeTree({
        'pom.xml': `<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <groupId>org.acme</groupId><artifactId>parent</artifactId><version>\${revision}</version><packaging>pom</packaging>
  <properties><revision>3.1</revision><gson.version>2.10</gson.version><a>\${b}</a><b>\${a}</b></properties>
  <modules><module>core</module><module>app</module><module>../../outside</module><module>missing</module></modules>
  <dependencyManagement><dependencies>
    <dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>\${gson.version}</version></dependency>
    <dependency><groupId>org.acme</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies><dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>[2,3)</version></dependency></dependencies>
</project>`,
        'bom/pom.xml': `<project><groupId>org.acme</groupId><artifactId>bom</artifactId><version>1</version><dependencyManagement><dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13</version><scope>test</scope></dependency></dependencies></dependencyManagement></project>`,
        'core/pom.xml': `<project><parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>3.1</version></parent><artifactId>core</artifactId>
  <dependencies>
    <dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId></dependency>
    <dependency><groupId>x</groupId><artifactId>circle</artifactId><version>\${a}</version></dependency>
    <dependency><groupId>x</groupId><artifactId>provided</artifactId><version>1</version><scope>provided</scope></dependency>
  </dependencies></project>`,
        'app/pom.xml': `<project><parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>3.1</version></parent><artifactId>app</artifactId>
  <dependencies>
    <dependency><groupId>\${project.groupId}</groupId><artifactId>core</artifactId><version>\${project.version}</version></dependency>
    <dependency><groupId>org.acme</groupId><artifactId>app</artifactId><version>3.1</version></dependency>
    <dependency><groupId>org.acme</groupId><artifactId>bom</artifactId><version>9</version><optional>true</optional></dependency>
  </dependencies></project>`,
        'core/src/main/java/org/acme/core/Core.java': '',
        'core/src/main/java/org/acme/core/inner/Inner.java': '',
        'core/src/main/java/org/acme/util/Util.java': '',
        'core/src/test/java/org/acme/CoreTest.java': '',
      }),
    ).toMatchInlineSnapshot(`
      "maven org.acme:parent@3.1 in '' (pom.xml)
        normal org.slf4j:slf4j-api range [2,3)
      maven org.acme:app@3.1 in 'app' (app/pom.xml)
        normal org.acme:app range 3.1 locked 3.1 at 'app'
        optional org.acme:bom range 9 locked 9
        normal org.acme:core range 3.1 locked 3.1 at 'core'
        normal org.slf4j:slf4j-api range [2,3) (pom.xml)
      maven org.acme:bom@1 in 'bom' (bom/pom.xml)
      maven org.acme:core@3.1 in 'core' (core/pom.xml)
        module org.acme.core -> core/src/main/java/org/acme/core
        module org.acme.util -> core/src/main/java/org/acme/util
        normal com.google.code.gson:gson range 2.10 locked 2.10
        development junit:junit range 4.13 locked 4.13
        normal org.slf4j:slf4j-api range [2,3) (pom.xml)
        normal x:circle
        peer x:provided range 1 locked 1
      warning pom.xml:5 '../../outside' leads out of the project and is not followed.
      warning pom.xml:5 There is no module at 'missing'."
    `);
  });
});

describe('Gradle', () => {
  it('is read by its literals, with settings and properties', async () => {
    expect(
      await describeTree({
        'settings.gradle.kts':
          'rootProject.name = "shop"\ninclude(":core", "apps:web")\ninclude(\n  ":moved",\n  ":../../outside"\n)\nproject(":moved").projectDir = file("elsewhere/moved")\n',
        'gradle.properties': 'version=5.0\n',
        'build.gradle': "subprojects {\n  group = 'org.shop'\n  dependencies { implementation 'never:never:1' }\n}\n",
        'core/build.gradle': `
plugins { id 'java' }
// implementation 'commented:out:1'
version = '6.0'
dependencies {
    api 'com.google.guava:guava:33.0-jre'
    implementation group: 'org.x', name: 'y', version: '1.2'
    implementation "computed:\${name}:1"
    implementation libs.catalog.entry
    testImplementation('junit:junit:4.13') { exclude group: 'a' }
    compileOnly 'javax:api:1.+'
    runtimeOnly 'no:version'
}
`,
        'apps/web/build.gradle.kts':
          'dependencies {\n  implementation(project(":core"))\n  implementation(project(path = ":moved"))\n  implementation(project(":nowhere"))\n  testFixturesApi(project(":apps:web"))\n}\n',
        'elsewhere/moved/build.gradle': '',
        'core/src/main/kotlin/org/shop/Core.kt': '',
      }),
    ).toMatchInlineSnapshot(`
      "maven org.shop:shop@5.0 in '' (build.gradle)
      maven org.shop:web@5.0 in 'apps/web' (apps/web/build.gradle.kts)
        normal :nowhere
        normal org.shop:core at 'core'
        normal org.shop:moved at 'elsewhere/moved'
        development org.shop:web at 'apps/web'
      maven org.shop:core@6.0 in 'core' (core/build.gradle)
        module org.shop -> core/src/main/kotlin/org/shop
        normal com.google.guava:guava range 33.0-jre locked 33.0-jre
        peer javax:api range 1.+
        development junit:junit range 4.13 locked 4.13
        normal no:version
        normal org.x:y range 1.2 locked 1.2
      maven org.shop:moved@5.0 in 'elsewhere/moved' (elsewhere/moved/build.gradle)
      warning apps/web/build.gradle.kts:4 The build has no project ':nowhere' with a build file.
      warning settings.gradle.kts:5 '../../outside' leads out of the project and is not followed."
    `);
  });
});
