import { BookRegular, DocumentRegular, FolderRegular } from '@fluentui/react-icons'

export const icons = { DIRECTORY: <FolderRegular />, NOTEBOOK: <BookRegular />, FILE: <DocumentRegular /> } as const
