/** The folder of the hub's page, where the build puts it. */
declare const pageFolder: string
export = pageFolder
